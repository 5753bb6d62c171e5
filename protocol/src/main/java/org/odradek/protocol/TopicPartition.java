package org.odradek.protocol;

/**
 * A partition of a topic, by name. Printed as Kafka prints it, {@code topic-partition}, which is
 * also the name of its folder below a log directory.
 */
public record TopicPartition(String topic, int partition) implements Comparable<TopicPartition> {

  @Override
  public int compareTo(TopicPartition other) {
    int byTopic = topic.compareTo(other.topic);
    return byTopic != 0 ? byTopic : Integer.compare(partition, other.partition);
  }

  @Override
  public String toString() {
    return topic + "-" + partition;
  }
}
