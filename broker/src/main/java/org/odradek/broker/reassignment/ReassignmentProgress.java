package org.odradek.broker.reassignment;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.PartitionMetadata;
import org.odradek.broker.peer.PeerChannelConfig;
import org.odradek.broker.peer.PeerChannels;
import org.odradek.broker.reassignment.ReassignmentEstimate.Replica;
import org.odradek.broker.reassignment.ReassignmentEstimate.Size;
import org.odradek.broker.reassignment.ReassignmentEstimate.View;
import org.odradek.controller.Controller;
import org.odradek.controller.RunningReassignment;
import org.odradek.controller.znode.PartitionState;
import org.odradek.protocol.TopicPartition;
import org.odradek.storage.LogDirectories;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells how far reassignments have come: in the log when they begin, every half minute or tenth of
 * the way, and at the end; and as numbers at any time. The controller does not know how large logs
 * are, so brokers are asked, every {@link #INTERVAL_MS} while something runs.
 *
 * <p>Thread-safety: {@link #poll} is called by one thread at a time, numbers are read from any.
 */
public final class ReassignmentProgress {
  /** How often {@link #poll} is to be called, in milliseconds. */
  public static final long INTERVAL_MS = 5_000;

  private static final Logger log = LoggerFactory.getLogger(ReassignmentProgress.class);
  private static final long LOG_INTERVAL_MS = 30_000;
  private static final double LOG_STEP = 0.1;

  /** Where nothing is known. */
  public static final long UNKNOWN = -1;

  private final Supplier<CompletableFuture<List<RunningReassignment>>> running;
  private final LogSizes logSizes;
  private final Predicate<Replica> isInPlace;
  private final Runnable onIdle;
  private final LongSupplier clockMs;
  private final Executor executor;

  private final Object lock = new Object();
  private boolean isAsking;
  private @Nullable ReassignmentEstimate estimate;
  private int partitionsAtStart;
  private long loggedAtMs;
  private double loggedShare;

  private volatile int partitions;
  private volatile @Nullable View view;

  /**
   * @param running what the controller of this process moves; fails where it is not elected
   * @param isInPlace whether a broker is one of a partition's replicas
   * @param onIdle called when nothing runs any more
   * @param clockMs a clock that does not go back
   * @param executor where brokers are asked and sizes looked at; may wait for disks
   */
  ReassignmentProgress(
      Supplier<CompletableFuture<List<RunningReassignment>>> running,
      LogSizes logSizes,
      Predicate<Replica> isInPlace,
      Runnable onIdle,
      LongSupplier clockMs,
      Executor executor) {
    this.running = running;
    this.logSizes = logSizes;
    this.isInPlace = isInPlace;
    this.onIdle = onIdle;
    this.clockMs = clockMs;
    this.executor = executor;
  }

  /**
   * One that asks brokers by connections of its own, and closes these when nothing runs any more.
   *
   * @param listenerName by which brokers find each other
   * @param executor where brokers are asked and sizes looked at; may wait for disks
   */
  public static ReassignmentProgress of(
      Controller controller,
      LogDirectories logs,
      ClusterMetadata metadata,
      String listenerName,
      PeerChannels peers,
      PeerChannelConfig config,
      LongSupplier clockMs,
      Executor executor) {
    PeerLogSizes sizes =
        new PeerLogSizes(logs.brokerId(), logs, metadata, listenerName, peers, config);
    return new ReassignmentProgress(
        controller::runningReassignments,
        sizes,
        replica -> {
          TopicPartition partition = replica.partition();
          PartitionMetadata now =
              metadata.current().partition(partition.topic(), partition.partition());
          return now != null && now.replicas().contains(replica.brokerId());
        },
        sizes::close,
        clockMs,
        executor);
  }

  // ---- numbers

  /** Whether {@link #poll} has something to follow, or to end. */
  public boolean isFollowing() {
    return view != null;
  }

  /** Partitions whose new replicas are not all in sync. */
  public int partitionsLeft() {
    return partitions;
  }

  /** What their new replicas are behind, as far as it is known. */
  public long bytesLeft() {
    View now = view;
    return now == null ? 0 : now.bytesLeft();
  }

  /** How fast it is copied. */
  public long bytesPerSecond() {
    View now = view;
    return now == null ? 0 : now.bytesPerSecond();
  }

  /** About how long it will take; {@link #UNKNOWN} if that cannot be said, 0 if nothing runs. */
  public long secondsLeft() {
    View now = view;
    return now == null ? 0 : now.secondsLeft().orElse(UNKNOWN);
  }

  // ---- following

  /** Looks how far they are; complete when it was seen. Does nothing while it still looks. */
  public CompletableFuture<Void> poll() {
    synchronized (lock) {
      if (isAsking) {
        return CompletableFuture.completedFuture(null);
      }
      isAsking = true;
    }
    return running
        .get()
        .thenComposeAsync(this::ask, executor)
        .handle((done, failure) -> {
          if (failure != null) {
            stop(); // not the controller, or not any more: its successor tells
          }
          synchronized (lock) {
            isAsking = false;
          }
          return done;
        });
  }

  private CompletableFuture<Void> ask(List<RunningReassignment> moves) {
    Map<Integer, Set<TopicPartition>> byBroker = new HashMap<>();
    for (RunningReassignment move : moves) {
      List<Integer> asked = new ArrayList<>(move.assignment().adding());
      if (move.leader() != PartitionState.NO_LEADER && !asked.isEmpty()) {
        asked.add(move.leader());
      }
      asked.forEach(id -> byBroker.computeIfAbsent(id, b -> new HashSet<>()).add(move.partition()));
    }
    Map<Integer, CompletableFuture<@Nullable Map<TopicPartition, Long>>> open = new HashMap<>();
    byBroker.forEach(
        (id, wanted) -> open.put(id, logSizes.of(id, wanted).exceptionally(unreachable -> null)));
    return CompletableFuture.allOf(open.values().toArray(CompletableFuture[]::new))
        .thenAccept(done -> {
          Map<Integer, Map<TopicPartition, Long>> told = new HashMap<>();
          open.forEach((id, answer) -> {
            Map<TopicPartition, Long> sizes = answer.join();
            if (sizes != null) {
              told.put(id, sizes);
            }
          });
          synchronized (lock) {
            observe(moves, told);
          }
        });
  }

  private void observe(
      List<RunningReassignment> moves, Map<Integer, Map<TopicPartition, Long>> told) {
    Set<Replica> replicas = new HashSet<>();
    Map<Replica, Size> sizes = new HashMap<>();
    for (RunningReassignment move : moves) {
      Map<TopicPartition, Long> leaders = told.get(move.leader());
      Long leaderBytes = leaders == null ? null : leaders.get(move.partition());
      for (int id : move.assignment().adding()) {
        Replica replica = new Replica(move.partition(), id);
        replicas.add(replica);
        Map<TopicPartition, Long> there = told.get(id);
        if (there != null && leaderBytes != null) {
          sizes.put(replica, new Size(there.getOrDefault(move.partition(), 0L), leaderBytes));
        }
      }
    }
    if (moves.isEmpty() && estimate == null) {
      return;
    }
    ReassignmentEstimate current = estimate;
    boolean begins = current == null;
    if (current == null) {
      current = new ReassignmentEstimate();
      estimate = current;
    }
    long nowMs = clockMs.getAsLong();
    View now = current.observe(nowMs, replicas, sizes, isInPlace);
    partitions = moves.size();
    view = now;
    partitionsAtStart = begins ? moves.size() : Math.max(partitionsAtStart, moves.size());
    if (moves.isEmpty()) {
      log.info("reassignment done: {}", ProgressText.end(partitionsAtStart, now));
      stop();
    } else {
      tell(begins, nowMs, now);
    }
  }

  private void tell(boolean begins, long nowMs, View now) {
    double share = ProgressText.share(now);
    if (begins || nowMs - loggedAtMs >= LOG_INTERVAL_MS || share - loggedShare >= LOG_STEP) {
      loggedAtMs = nowMs;
      loggedShare = share;
      log.info(
          "reassignment {}: {}",
          begins ? "begins" : "goes on",
          ProgressText.line(partitions, partitionsAtStart, now));
    }
  }

  private void stop() {
    synchronized (lock) {
      boolean wasRunning = estimate != null;
      estimate = null;
      view = null;
      partitions = 0;
      loggedShare = 0;
      if (wasRunning) {
        onIdle.run();
      }
    }
  }
}
