/**
 * Consumer groups of the classic protocol and the offsets they commit, kept in {@code
 * __consumer_offsets}.
 *
 * <p>{@link org.odradek.broker.group.GroupCoordinator} is the way in, from any thread. Each
 * partition of the offsets topic that this broker leads is one shard, and everything inside a shard
 * (its groups, their members, offsets and timers) is touched only by the shard's owner, which runs
 * one task at a time. Nothing below the shard starts threads, takes locks, or reads a system clock.
 */
@NullMarked
package org.odradek.broker.group;

import org.jspecify.annotations.NullMarked;
