/**
 * Delegation tokens (KIP-48, KIP-373): who may have one made, renew it and let it expire, and what
 * a client that logs in with one has to show.
 *
 * <p>Requests come in on event loops and changes on the ZooKeeper client's event thread; nothing
 * here waits.
 */
@NullMarked
package org.odradek.broker.delegation;

import org.jspecify.annotations.NullMarked;
