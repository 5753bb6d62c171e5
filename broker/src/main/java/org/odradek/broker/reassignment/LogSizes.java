package org.odradek.broker.reassignment;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.odradek.protocol.TopicPartition;

/** How large the replicas of brokers are. Thread-safe, nothing blocks. */
@FunctionalInterface
interface LogSizes {

  /**
   * The sizes of replicas on one broker in bytes; those that are not there yet are left out. Fails
   * when the broker cannot be asked.
   */
  CompletableFuture<Map<TopicPartition, Long>> of(int brokerId, Set<TopicPartition> partitions);
}
