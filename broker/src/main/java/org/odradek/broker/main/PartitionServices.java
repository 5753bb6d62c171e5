package org.odradek.broker.main;

import java.security.SecureRandom;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.NetworkKeys;
import org.odradek.broker.config.ReplicationKeys;
import org.odradek.broker.fetch.FetchHandler;
import org.odradek.broker.fetch.FetchServices;
import org.odradek.broker.fetch.FetchSessions;
import org.odradek.broker.fetch.ReplicaSelector;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.partition.DeleteRecordsHandler;
import org.odradek.broker.partition.DescribeLogDirsHandler;
import org.odradek.broker.partition.DescribeProducersHandler;
import org.odradek.broker.partition.ListOffsetsHandler;
import org.odradek.broker.partition.OffsetForLeaderEpochHandler;
import org.odradek.broker.partition.Partitions;
import org.odradek.broker.partition.WaitTimer;
import org.odradek.broker.produce.ProduceHandler;
import org.odradek.broker.quota.ClientQuotas;
import org.odradek.broker.quota.ReplicationQuota;

/** The handlers that append to partitions, read them, and tell of them. */
final class PartitionServices {
  private PartitionServices() {}

  static void register(
      HandlerRegistry handlers,
      BrokerConfig config,
      Partitions partitions,
      ClusterMetadata metadata,
      WaitTimer timer,
      ReplicationQuota leaderQuota,
      ClientQuotas clientQuotas,
      BrokerThreads threads) {
    SecureRandom random = new SecureRandom();
    FetchServices fetching =
        new FetchServices(
            partitions,
            metadata,
            new FetchSessions(
                config.value(NetworkKeys.MAX_INCREMENTAL_FETCH_SESSION_CACHE_SLOTS),
                System::currentTimeMillis,
                random::nextInt),
            timer,
            threads.readers(),
            config.value(NetworkKeys.FETCH_MAX_BYTES),
            leaderQuota,
            clientQuotas.fetch(),
            ReplicaSelector.of(config.optional(ReplicationKeys.REPLICA_SELECTOR_CLASS)));
    handlers
        .register(
            new ProduceHandler(
                partitions, metadata, timer, System::currentTimeMillis, clientQuotas.produce()))
        .register(new FetchHandler(fetching))
        .register(new ListOffsetsHandler(partitions, metadata))
        .register(new OffsetForLeaderEpochHandler(partitions, metadata))
        .register(new DeleteRecordsHandler(partitions, metadata, timer))
        .register(new DescribeLogDirsHandler(partitions.logs()))
        .register(new DescribeProducersHandler(partitions, metadata));
  }
}
