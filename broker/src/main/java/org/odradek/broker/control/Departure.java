package org.odradek.broker.control;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.odradek.broker.metadata.MetadataSnapshot;
import org.odradek.broker.metadata.PartitionMetadata;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.ControlledShutdownResponse;
import org.odradek.protocol.message.ControlledShutdownResponse.RemainingPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has the controller move this broker's leaders to others before it stops (KIP-13's controlled
 * shutdown), so that clients lose no time.
 *
 * <p>It does not wait where waiting cannot help: when no other broker is alive, or none that has a
 * replica of what is still led here.
 *
 * <p>Thread-safety: one thread, which waits.
 */
public final class Departure {
  private static final Logger log = LoggerFactory.getLogger(Departure.class);
  private static final int NAMED_MAX = 10;

  private final int brokerId;
  private final ControllerChannel controller;
  private final Supplier<MetadataSnapshot> metadata;
  private final int attemptsMax;
  private final long retryBackoffMs;
  private final long answerMaxMs;

  /**
   * @param attemptsMax {@code controlled.shutdown.max.retries}
   * @param retryBackoffMs {@code controlled.shutdown.retry.backoff.ms}
   * @param answerMaxMs how long the answers to all attempts may take together
   */
  public Departure(
      int brokerId,
      ControllerChannel controller,
      Supplier<MetadataSnapshot> metadata,
      int attemptsMax,
      long retryBackoffMs,
      long answerMaxMs) {
    this.brokerId = brokerId;
    this.controller = controller;
    this.metadata = metadata;
    this.attemptsMax = attemptsMax;
    this.retryBackoffMs = retryBackoffMs;
    this.answerMaxMs = answerMaxMs;
  }

  /** Returns whether all leaders that can be elsewhere are. */
  public boolean run() throws InterruptedException {
    if (metadata.get().brokers().keySet().stream().allMatch(id -> id == brokerId)) {
      return true; // nobody could take over
    }
    long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(answerMaxMs);
    for (int attempt = 1; attempt <= attemptsMax; attempt++) {
      try {
        List<RemainingPartition> remaining = ask(deadlineNanos);
        if (remaining.isEmpty()) {
          log.info("Leaders have moved to other brokers");
          return true;
        }
        log.warn("Still leading {} partitions: {}", remaining.size(), named(remaining));
        if (remaining.stream().noneMatch(this::hasOtherLiveReplica)) {
          log.warn("No other broker that is alive has a replica of them");
          return false;
        }
      } catch (TimeoutException e) {
        log.warn("No controller has moved the leaders of this broker within {} ms", answerMaxMs);
        return false;
      } catch (ExecutionException e) {
        log.warn("The leaders of this broker cannot be moved", e.getCause());
      }
      if (attempt < attemptsMax) {
        TimeUnit.MILLISECONDS.sleep(retryBackoffMs);
      }
    }
    log.warn("Stopping though leaders have not moved: others will notice by the session's end");
    return false;
  }

  private List<RemainingPartition> ask(long deadlineNanos)
      throws InterruptedException, ExecutionException, TimeoutException {
    CompletableFuture<ControlledShutdownResponse> answer = controller.controlledShutdown();
    try {
      ControlledShutdownResponse response =
          answer.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
      ErrorCode error = ErrorCode.forCode(response.errorCode());
      if (error != ErrorCode.NONE) {
        throw new ExecutionException(new IllegalStateException("the controller answered " + error));
      }
      return response.remainingPartitions();
    } finally {
      answer.cancel(false);
    }
  }

  private boolean hasOtherLiveReplica(RemainingPartition remaining) {
    MetadataSnapshot snapshot = metadata.get();
    PartitionMetadata partition =
        snapshot.partition(remaining.topicName(), remaining.partitionIndex());
    return partition != null
        && partition.replicas().stream().anyMatch(id -> id != brokerId && snapshot.isAlive(id));
  }

  private static String named(List<RemainingPartition> remaining) {
    List<String> names =
        remaining.stream()
            .limit(NAMED_MAX)
            .map(partition -> partition.topicName() + "-" + partition.partitionIndex())
            .toList();
    return String.join(", ", names) + (remaining.size() > NAMED_MAX ? ", ..." : "");
  }
}
