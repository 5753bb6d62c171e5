package org.odradek.broker.logdirs;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.partition.LeadershipListener;
import org.odradek.broker.partition.Partition;
import org.odradek.broker.partition.Partitions;
import org.odradek.broker.partition.WaitTimer;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.storage.LogException;
import org.odradek.storage.LogMove;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings copies of logs up to the logs they are to replace, a few at a time and the others after
 * them, and lets them take their places. Which copies there are is in the log directories: a move
 * that was begun before the last stop goes on as soon as the partition has its role.
 *
 * <p>Thread-safety: any thread. A step of a move waits for disks, and runs on the given executor.
 */
public final class LogDirMoves implements LeadershipListener {
  private static final Logger logger = LoggerFactory.getLogger(LogDirMoves.class);

  /** When a copy has all of it, but somebody was at work on its files. */
  private static final long RETRY_SOON_MS = 20;

  /** When a disk is full. */
  private static final long RETRY_LATER_MS = 10_000;

  private final Partitions partitions;
  private final Executor workers;
  private final WaitTimer timer;
  private final MoveThrottle throttle;
  private final int atOnce;

  /** Guarded by itself: those under way first, the others in the order they came. */
  private final Map<TopicPartition, Progress> moves = new LinkedHashMap<>();

  private enum Progress {
    WAITING,
    UNDER_WAY
  }

  /**
   * @param workers threads that may wait for disks
   * @param bytesPerSecond the rate of all moves together, {@link Long#MAX_VALUE} for no limit
   * @param nowMs a clock that only goes forward
   * @param atOnce {@code num.replica.alter.log.dirs.threads}
   */
  public LogDirMoves(
      Partitions partitions,
      Executor workers,
      WaitTimer timer,
      LongSupplier bytesPerSecond,
      LongSupplier nowMs,
      int atOnce) {
    this.partitions = partitions;
    this.workers = workers;
    this.timer = timer;
    this.throttle = new MoveThrottle(bytesPerSecond, nowMs);
    this.atOnce = atOnce;
  }

  /**
   * Asks that a replica be in a log directory: AlterReplicaLogDirs for one partition. May wait.
   *
   * @param path one of {@code log.dirs}
   * @throws LogException LOG_DIR_NOT_FOUND, KAFKA_STORAGE_ERROR, INVALID_TOPIC_EXCEPTION, or
   *     REPLICA_NOT_AVAILABLE if there is no replica yet: it will be made there
   */
  void ask(TopicPartition topicPartition, String path) {
    Partition partition = partitions.find(topicPartition);
    if (partition != null && partitions.logs().log(topicPartition) == null) {
      throw new LogException(
          ErrorCode.KAFKA_STORAGE_ERROR,
          "The log directory of " + topicPartition + ", " + directory(partition) + ", is offline");
    }
    LogMove move = partitions.logs().move(topicPartition, path);
    if (partition == null) {
      throw new LogException(
          ErrorCode.REPLICA_NOT_AVAILABLE,
          "There is no replica of "
              + topicPartition
              + " here; should there be, it goes to "
              + path);
    }
    if (move != null) {
      logger.info("Moving {} from {} to {}", topicPartition, directory(partition), path);
      begin(topicPartition);
    }
  }

  private static String directory(Partition partition) {
    return partition.log().directory().toString();
  }

  @Override
  public void onLeader(Partition partition, int leaderEpoch) {
    resume(partition);
  }

  @Override
  public void onNotLeader(Partition partition, int leaderEpoch) {
    resume(partition);
  }

  private void resume(Partition partition) {
    if (partitions.logs().moveOf(partition.topicPartition()) != null) {
      begin(partition.topicPartition());
    }
  }

  private void begin(TopicPartition topicPartition) {
    synchronized (moves) {
      moves.putIfAbsent(topicPartition, Progress.WAITING);
    }
    startNext();
  }

  private void ended(TopicPartition topicPartition) {
    synchronized (moves) {
      moves.remove(topicPartition);
    }
    startNext();
  }

  /** It may have been asked for anew just when the last step saw that there was nothing to do. */
  private void endedWell(TopicPartition topicPartition) {
    ended(topicPartition);
    Partition partition = partitions.find(topicPartition);
    if (partition != null) {
      resume(partition);
    }
  }

  private void startNext() {
    for (TopicPartition next = next(); next != null; next = next()) {
      stepLater(next, 0);
    }
  }

  private @Nullable TopicPartition next() {
    synchronized (moves) {
      long underWay =
          moves.values().stream().filter(progress -> progress == Progress.UNDER_WAY).count();
      if (underWay < atOnce) {
        for (Map.Entry<TopicPartition, Progress> move : moves.entrySet()) {
          if (move.getValue() == Progress.WAITING) {
            move.setValue(Progress.UNDER_WAY);
            return move.getKey();
          }
        }
      }
      return null;
    }
  }

  private void stepLater(TopicPartition topicPartition, long delayMs) {
    if (delayMs > 0) {
      timer.schedule(() -> stepLater(topicPartition, 0), delayMs);
      return;
    }
    try {
      workers.execute(() -> step(topicPartition));
    } catch (RejectedExecutionException e) {
      logger.debug(
          "The broker is stopping: the move of {} goes on after the start", topicPartition);
    }
  }

  private void step(TopicPartition topicPartition) {
    long delayMs;
    try {
      delayMs = tryStep(topicPartition);
      if (delayMs < 0) {
        endedWell(topicPartition);
        return;
      }
    } catch (LogException e) {
      delayMs = RETRY_LATER_MS;
      logger.warn(
          "The move of {} halts, and is tried again in {} ms: {}",
          topicPartition,
          delayMs,
          e.getMessage());
    } catch (RuntimeException e) {
      logger.error(
          "The move of {} failed; ask for it again, or restart the broker, to have it go on",
          topicPartition,
          e);
      ended(topicPartition);
      return;
    }
    stepLater(topicPartition, delayMs);
  }

  /** Returns when the next step is to follow, in milliseconds; -1 when there is none. */
  private long tryStep(TopicPartition topicPartition) {
    Partition partition = partitions.find(topicPartition);
    LogMove move = partitions.logs().moveOf(topicPartition);
    if (partition == null || move == null) {
      return -1; // finished, given up, deleted, or a directory is offline
    }
    int copied = move.copy(throttle.stepBytes());
    if (copied > 0) {
      return throttle.copied(copied);
    }
    if (move.lag() > 0) {
      return RETRY_SOON_MS;
    }
    boolean done = partitions.logs().finish(move, swap -> partition.replaceLog(move.to(), swap));
    return done ? -1 : RETRY_SOON_MS;
  }
}
