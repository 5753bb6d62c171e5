/**
 * A broker's place in the cluster: the znodes a cluster needs, the cluster id, generated broker
 * ids, and the broker's own ephemeral node.
 *
 * <p>Any thread may come in; futures complete on the ZooKeeper client's event thread.
 */
@NullMarked
package org.odradek.controller.registration;

import org.jspecify.annotations.NullMarked;
