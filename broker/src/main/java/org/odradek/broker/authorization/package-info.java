/**
 * Who may do what: rules in ZooKeeper (Kafka's own), an index of them, and the requests that show
 * and change them. Handlers ask by {@link org.odradek.broker.api.RequestContext#access()}.
 *
 * <p>Any thread may ask, event loops above all; rules change on ZooKeeper's event thread.
 */
@NullMarked
package org.odradek.broker.authorization;

import org.jspecify.annotations.NullMarked;
