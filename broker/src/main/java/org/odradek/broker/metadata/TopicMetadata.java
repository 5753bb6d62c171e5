package org.odradek.broker.metadata;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.Uuid;

/**
 * One topic.
 *
 * @param id {@link Uuid#ZERO} while no id is known (topics of brokers before 2.8)
 * @param partitions in ascending order of their number; a number may be missing for a moment, while
 *     partitions are being added
 */
public record TopicMetadata(String name, Uuid id, List<PartitionMetadata> partitions) {
  public TopicMetadata {
    partitions = List.copyOf(partitions);
  }

  /** The partition of that number, or null. */
  public @Nullable PartitionMetadata partition(int number) {
    if (number < 0) {
      return null;
    }
    // nearly always the number is also the place
    if (number < partitions.size() && partitions.get(number).partition() == number) {
      return partitions.get(number);
    }
    for (PartitionMetadata partition : partitions) {
      if (partition.partition() == number) {
        return partition;
      }
    }
    return null;
  }
}
