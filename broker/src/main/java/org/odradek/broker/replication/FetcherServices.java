package org.odradek.broker.replication;

import java.util.function.LongSupplier;
import org.odradek.broker.partition.WaitTimer;
import org.odradek.broker.quota.ReplicationQuota;

/**
 * What every fetcher of a broker is handed.
 *
 * @param brokerId of this broker: the replica id of its fetches
 * @param brokerEpoch of this broker's registration, for Fetch 15 and later (KIP-903)
 * @param clockMs milliseconds on a clock that never goes back
 * @param timer tells that a pause is over
 * @param quota how much of what is throttled may still come in
 */
public record FetcherServices(
    int brokerId,
    LongSupplier brokerEpoch,
    LongSupplier clockMs,
    WaitTimer timer,
    FetcherSettings settings,
    ReplicationQuota quota) {}
