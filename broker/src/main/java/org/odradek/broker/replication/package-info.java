/**
 * Replicas that follow: fetchers that copy what leaders on other brokers have, cut off what leaders
 * do not have, and take over their high watermarks.
 *
 * <p>What decides is in {@link org.odradek.broker.replication.ReplicaFetcher}, which is handed its
 * clock, timer, thread and way to the leader. Its tasks run one at a time on the threads {@code
 * replica-fetcher-N}; they may wait for disks. Changes of role come in on workers.
 */
@NullMarked
package org.odradek.broker.replication;

import org.jspecify.annotations.NullMarked;
