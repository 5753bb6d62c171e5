package org.odradek.broker.replication;

import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ReplicationKeys;

/**
 * What a follower asks of its leaders.
 *
 * @param partitionMaxBytes {@code replica.fetch.max.bytes}; a first batch that is larger comes all
 *     the same
 * @param responseMaxBytes {@code replica.fetch.response.max.bytes}: bounds the memory that a
 *     fetcher takes
 * @param minBytes {@code replica.fetch.min.bytes}
 * @param waitMaxMs {@code replica.fetch.wait.max.ms}
 * @param backoffMs {@code replica.fetch.backoff.ms}: the pause after an error, of a partition or of
 *     the way to the leader
 */
public record FetcherSettings(
    int partitionMaxBytes, int responseMaxBytes, int minBytes, int waitMaxMs, int backoffMs) {

  public static FetcherSettings of(BrokerConfig config) {
    return new FetcherSettings(
        config.value(ReplicationKeys.REPLICA_FETCH_MAX_BYTES),
        config.value(ReplicationKeys.REPLICA_FETCH_RESPONSE_MAX_BYTES),
        config.value(ReplicationKeys.REPLICA_FETCH_MIN_BYTES),
        config.value(ReplicationKeys.REPLICA_FETCH_WAIT_MAX_MS),
        config.value(ReplicationKeys.REPLICA_FETCH_BACKOFF_MS));
  }
}
