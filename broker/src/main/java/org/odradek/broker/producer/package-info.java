/**
 * Producer ids for idempotent producers: one after the other out of blocks that the broker takes
 * from ZooKeeper.
 *
 * <p>Any thread may come in; nothing blocks.
 */
@NullMarked
package org.odradek.broker.producer;

import org.jspecify.annotations.NullMarked;
