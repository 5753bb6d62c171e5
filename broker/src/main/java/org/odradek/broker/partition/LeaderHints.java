package org.odradek.broker.partition;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.metadata.BrokerNode;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.MetadataSnapshot;
import org.odradek.broker.metadata.PartitionMetadata;
import org.odradek.broker.network.Endpoint;
import org.odradek.protocol.TopicPartition;

/**
 * Tells clients that asked the wrong broker who leads, and where that one is, so that they need not
 * ask for metadata (KIP-951). Collects the brokers named in one response.
 *
 * <p>Confined to one thread.
 */
public final class LeaderHints {
  private final MetadataSnapshot metadata;
  private final String listenerName;
  private final Map<Integer, BrokerNode> named = new LinkedHashMap<>();

  public LeaderHints(ClusterMetadata metadata, String listenerName) {
    this.metadata = metadata.current();
    this.listenerName = listenerName;
  }

  /** The leader as far as known here, whose address {@link #named} then has; null if not known. */
  public @Nullable PartitionMetadata leaderOf(TopicPartition topicPartition) {
    PartitionMetadata partition =
        metadata.partition(topicPartition.topic(), topicPartition.partition());
    if (partition == null || partition.leader() < 0) {
      return null;
    }
    BrokerNode broker = metadata.brokers().get(partition.leader());
    if (broker == null || !broker.endpoints().containsKey(listenerName)) {
      return null;
    }
    named.put(broker.id(), broker);
    return partition;
  }

  /** The brokers named so far. */
  public Iterable<BrokerNode> named() {
    return named.values();
  }

  public boolean isEmpty() {
    return named.isEmpty();
  }

  /** Where clients of this listener reach a broker that was named. */
  public Endpoint endpointOf(BrokerNode broker) {
    Endpoint endpoint = broker.endpoints().get(listenerName);
    if (endpoint == null) {
      throw new IllegalStateException(broker + " was not named, it has no " + listenerName);
    }
    return endpoint;
  }
}
