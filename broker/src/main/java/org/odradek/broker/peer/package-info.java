/**
 * The way from this broker to others: connections that carry requests one after the other without
 * waiting for answers, and in which version each request is made.
 *
 * <p>Any thread sends; everything about one connection happens on its event loop, where futures are
 * completed too: what hangs on them must not block.
 */
@NullMarked
package org.odradek.broker.peer;

import org.jspecify.annotations.NullMarked;
