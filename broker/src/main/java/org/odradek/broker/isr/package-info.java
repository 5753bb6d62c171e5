/**
 * Where leaders have changes of their in-sync replicas agreed: by asking the controller, or, for
 * clusters of an older {@code inter.broker.protocol.version}, in ZooKeeper itself.
 *
 * <p>Comes in on any thread and never waits; answers come on the threads of the network and of
 * ZooKeeper's client.
 */
@NullMarked
package org.odradek.broker.isr;

import org.jspecify.annotations.NullMarked;
