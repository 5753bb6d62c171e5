package org.odradek.broker.fetch;

import java.util.concurrent.Executor;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.partition.Partitions;
import org.odradek.broker.partition.WaitTimer;
import org.odradek.broker.quota.ClientQuota;
import org.odradek.broker.quota.ReplicationQuota;

/**
 * What fetches work with.
 *
 * @param readers runs reads that may wait for the disk, on a bounded number of threads; may refuse
 *     when its queue is full, and is asked again later
 * @param maxBytes {@code fetch.max.bytes}: the most that is sent in one response, but for a first
 *     batch that is larger
 * @param leaderQuota keeps back what lagging followers get of throttled partitions (KIP-73)
 * @param consumerQuota how fast clients may be, in bytes of records
 * @param selector which replica consumers are told to read from
 */
public record FetchServices(
    Partitions partitions,
    ClusterMetadata metadata,
    FetchSessions sessions,
    WaitTimer timer,
    Executor readers,
    int maxBytes,
    ReplicationQuota leaderQuota,
    ClientQuota consumerQuota,
    ReplicaSelector selector) {}
