package org.odradek.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.odradek.storage.LogDirectory.Space;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done every now and then for all logs: forcing by {@code flush.ms}, checkpoints,
 * retention, giving back what idle logs hold, and looking how much room there is.
 *
 * <p>Thread-safety: the scheduler triggers, a background thread works; one kind of work does not
 * overlap with itself.
 */
final class PeriodicWork {
  private static final Logger LOG = LoggerFactory.getLogger(PeriodicWork.class);
  private static final long FLUSH_CHECK_MAX_MS = 1_000;
  private static final long SPACE_CHECK_MS = 2_000;

  private final StorageSettings settings;
  private final StorageRuntime runtime;
  private final List<DirectoryStore> stores;
  private final List<Future<?>> scheduled = new ArrayList<>();
  private volatile boolean stopped;

  PeriodicWork(StorageSettings settings, StorageRuntime runtime, List<DirectoryStore> stores) {
    this.settings = settings;
    this.runtime = runtime;
    this.stores = stores;
  }

  @FunctionalInterface
  private interface DirectoryTask {
    void run(DirectoryStore store) throws IOException;
  }

  @FunctionalInterface
  private interface LogTask {
    void run(PartitionLog log) throws IOException;
  }

  void start() {
    every(Math.min(settings.flushCheckIntervalMs(), FLUSH_CHECK_MAX_MS), this::flushDue);
    every(settings.recoveryPointCheckpointIntervalMs(), this::checkpointRecoveryPoints);
    every(
        settings.logStartOffsetCheckpointIntervalMs(),
        () -> eachDirectory("Writing log start offsets", DirectoryStore::writeLogStarts));
    every(settings.highWatermarkCheckpointIntervalMs(), this::checkpointHighWatermarks);
    every(settings.retentionCheckIntervalMs(), this::retain);
    every(settings.idleTrimMs(), this::trimIdle);
    every(SPACE_CHECK_MS, this::checkSpace);
  }

  private void every(long intervalMs, Runnable work) {
    AtomicBoolean running = new AtomicBoolean();
    Runnable guarded =
        () -> {
          if (stopped || !running.compareAndSet(false, true)) {
            return;
          }
          runtime
              .background()
              .execute(() -> {
                try {
                  work.run();
                } catch (RuntimeException e) {
                  LOG.error("Periodic work failed", e);
                } finally {
                  running.set(false);
                }
              });
        };
    scheduled.add(
        runtime
            .scheduler()
            .scheduleWithFixedDelay(guarded, intervalMs, intervalMs, TimeUnit.MILLISECONDS));
  }

  void stop() {
    stopped = true;
    scheduled.forEach(task -> task.cancel(false));
  }

  private void eachDirectory(String operation, DirectoryTask task) {
    for (DirectoryStore store : stores) {
      if (!stopped && store.directory().online()) {
        try {
          task.run(store);
        } catch (IOException e) {
          var unused = store.directory().failed(operation, e);
        }
      }
    }
  }

  private void eachLog(String operation, LogTask task) {
    eachDirectory(
        operation,
        store -> {
          for (PartitionLog log : store.all()) {
            if (!stopped && !log.state().closed) {
              runFor(log, operation, task);
            }
          }
        });
  }

  private static void runFor(PartitionLog log, String operation, LogTask task) {
    try {
      task.run(log);
    } catch (IOException e) {
      LOG.warn("{} did not work", operation, log.state().failed(operation, e));
    }
  }

  /** Forces logs whose {@code flush.ms} is over. */
  void flushDue() {
    eachLog(
        "Flush",
        log -> {
          LogState state = log.state();
          long intervalMs = state.config.flushIntervalMs();
          if (intervalMs == Long.MAX_VALUE || state.recoveryPoint >= state.end.offset()) {
            return;
          }
          long now = runtime.clockMs().getAsLong();
          if (now - state.lastFlushMs >= intervalMs) {
            state.lastFlushMs = now;
            var unused = log.flush(state.end.offset());
          }
        });
  }

  void checkpointRecoveryPoints() {
    eachDirectory("Writing recovery points", DirectoryStore::writeRecoveryPoints);
  }

  void checkpointHighWatermarks() {
    eachDirectory("Writing high watermarks", DirectoryStore::writeHighWatermarks);
  }

  /** Deletes what retention says, and forgets old producers. */
  void retain() {
    long now = runtime.clockMs().getAsLong();
    eachLog(
        "Retention",
        log -> {
          if (isFuture(log)) {
            return; // goes by the log that it is a copy of
          }
          LogRetention.apply(log, now);
          LogRetention.expireProducers(log, now - settings.producerIdExpirationMs());
        });
  }

  private boolean isFuture(PartitionLog log) {
    return stores.stream().anyMatch(store -> store.futures().get(log.topicPartition()) == log);
  }

  void trimIdle() {
    eachLog("Giving back what an idle log holds", log -> log.maintenance().releaseIfIdle());
  }

  /** Looks how much room there is: retention runs early when it gets scarce. */
  void checkSpace() {
    eachDirectory(
        "Looking for room",
        store -> {
          LogDirectory directory = store.directory();
          long usable = Files.getFileStore(directory.path()).getUsableSpace();
          Space before = directory.space();
          directory.space(
              usable < settings.hardFreeBytes()
                  ? Space.FULL
                  : usable < settings.softFreeBytes() ? Space.LOW : Space.ENOUGH);
          if (directory.space() != Space.ENOUGH && before != directory.space()) {
            for (PartitionLog log : store.logs().values()) {
              LogRetention.apply(log, directory.nowMs());
            }
          }
        });
  }
}
