/**
 * Access control lists in ZooKeeper, in Kafka's own layout, so that its tools and brokers see the
 * same rules.
 *
 * <p>Any thread may come in, nothing blocks; answers and changes come on ZooKeeper's event thread.
 */
@NullMarked
package org.odradek.controller.acl;

import org.jspecify.annotations.NullMarked;
