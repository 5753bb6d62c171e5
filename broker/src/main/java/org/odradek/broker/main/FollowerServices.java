package org.odradek.broker.main;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.DynamicConfigs;
import org.odradek.broker.config.ReplicationKeys;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.partition.WaitTimer;
import org.odradek.broker.peer.InterBrokerVersions;
import org.odradek.broker.peer.PeerAddress;
import org.odradek.broker.peer.PeerChannelConfig;
import org.odradek.broker.peer.PeerChannels;
import org.odradek.broker.quota.ReplicationQuota;
import org.odradek.broker.replication.FetcherServices;
import org.odradek.broker.replication.FetcherSettings;
import org.odradek.broker.replication.PeerLeaderEndpoints;
import org.odradek.broker.replication.Replication;

/** Puts together what makes this broker's replicas follow. */
final class FollowerServices {
  private FollowerServices() {}

  static Replication start(
      DynamicConfigs configs,
      int brokerId,
      LongSupplier brokerEpoch,
      PeerChannels peers,
      InterBrokerVersions versions,
      ClusterMetadata metadata,
      WaitTimer timer,
      ReplicationQuota quota,
      BrokerThreads threads) {
    BrokerConfig config = configs.current();
    String listener = NetworkSettings.interBrokerListener(config);
    Replication replication =
        new Replication(
            new FetcherServices(
                brokerId,
                brokerEpoch,
                () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
                timer,
                FetcherSettings.of(config),
                quota),
            new PeerLeaderEndpoints(
                peers,
                PeerChannelConfig.of(
                        "broker-" + brokerId + "-fetcher",
                        config.value(ReplicationKeys.REPLICA_SOCKET_TIMEOUT_MS))
                    .withReceiveBufferBytes(
                        config.value(ReplicationKeys.REPLICA_SOCKET_RECEIVE_BUFFER_BYTES)),
                versions,
                leader -> PeerAddress.of(metadata.current(), leader, listener)),
            threads.fetchers(),
            config.value(ReplicationKeys.NUM_REPLICA_FETCHERS));
    configs.subscribe(
        Set.of(ReplicationKeys.NUM_REPLICA_FETCHERS),
        changed -> {
          int fetchers = changed.value(ReplicationKeys.NUM_REPLICA_FETCHERS);
          threads.resizeFetchers(fetchers);
          replication.resize(fetchers);
        });
    return replication;
  }
}
