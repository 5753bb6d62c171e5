/**
 * Moving partitions to other replicas, as far as it is not the controller's: the requests that ask
 * for it, and how far it has come.
 *
 * <p>Handlers are called on event loops and do not block. The progress is followed on the
 * scheduler's thread by a broker whose controller is active.
 */
@NullMarked
package org.odradek.broker.reassignment;

import org.jspecify.annotations.NullMarked;
