/**
 * Making, extending and deleting topics, by writing the znodes that Kafka's own tools would write;
 * the controller does the rest when it sees them.
 *
 * <p>Any thread may come in; futures complete on the ZooKeeper client's event thread.
 */
@NullMarked
package org.odradek.controller.topic;

import org.jspecify.annotations.NullMarked;
