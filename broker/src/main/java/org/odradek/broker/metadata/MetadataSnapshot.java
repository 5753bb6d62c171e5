package org.odradek.broker.metadata;

import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.Uuid;

/**
 * The cluster at one moment, as the controller announced it last.
 *
 * <p>Thread-safety: immutable.
 */
public final class MetadataSnapshot {

  /** Controller id while none is known. */
  public static final int NO_CONTROLLER = -1;

  public static final MetadataSnapshot EMPTY =
      new MetadataSnapshot(NO_CONTROLLER, Map.of(), Map.of(), Map.of());

  private final int controllerId;
  private final Map<Integer, BrokerNode> brokers;
  private final Map<String, TopicMetadata> topics;
  private final Map<Uuid, String> topicNames;

  /** The maps are not copied and must not change any more. */
  MetadataSnapshot(
      int controllerId,
      Map<Integer, BrokerNode> brokers,
      Map<String, TopicMetadata> topics,
      Map<Uuid, String> topicNames) {
    this.controllerId = controllerId;
    this.brokers = Collections.unmodifiableMap(brokers);
    this.topics = Collections.unmodifiableMap(topics);
    this.topicNames = Collections.unmodifiableMap(topicNames);
  }

  /** Id of the broker that is the controller, or {@link #NO_CONTROLLER}. */
  public int controllerId() {
    return controllerId;
  }

  /** The live brokers by id. */
  public Map<Integer, BrokerNode> brokers() {
    return brokers;
  }

  /** All topics, in no order. */
  public Collection<TopicMetadata> topics() {
    return topics.values();
  }

  /** The topics by name. */
  public Map<String, TopicMetadata> topicsByName() {
    return topics;
  }

  /** The topic names by id. */
  public Map<Uuid, String> topicNames() {
    return topicNames;
  }

  public @Nullable TopicMetadata topic(String name) {
    return topics.get(name);
  }

  /** The topic with that id, or null. */
  public @Nullable TopicMetadata topic(Uuid id) {
    String name = topicNames.get(id);
    return name == null ? null : topics.get(name);
  }

  public @Nullable PartitionMetadata partition(String topic, int partition) {
    TopicMetadata found = topics.get(topic);
    return found == null ? null : found.partition(partition);
  }

  public boolean isAlive(int brokerId) {
    return brokers.containsKey(brokerId);
  }
}
