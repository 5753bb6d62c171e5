/**
 * What other brokers ask of the controller in this broker.
 *
 * <p>Handlers run on event loops and never wait there.
 */
@NullMarked
package org.odradek.broker.control;

import org.jspecify.annotations.NullMarked;
