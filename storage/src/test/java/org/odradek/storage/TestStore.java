package org.odradek.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.odradek.protocol.TopicPartition;

/** A storage below a folder, with a clock set by hand and work done by the caller's thread. */
final class TestStore implements AutoCloseable {
  static final TopicPartition PARTITION = new TopicPartition("orders", 0);

  final AtomicLong nowMs = new AtomicLong(1_700_000_000_000L);
  final ManualScheduler scheduler = new ManualScheduler();
  final Path folder;
  private final List<Path> folders;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final Executor background;
  private LogConfig config = LogConfig.DEFAULTS;
  private LogDirectories directories;

  TestStore(Path folder) throws IOException {
    this(folder, Map.of(), Runnable::run);
  }

  TestStore(Path folder, Map<String, String> topicConfig) throws IOException {
    this(folder, topicConfig, Runnable::run);
  }

  TestStore(Path folder, Map<String, String> topicConfig, Executor background) throws IOException {
    this(List.of(folder), topicConfig, background);
  }

  /** Over several log directories. */
  TestStore(List<Path> folders, Map<String, String> topicConfig, Executor background)
      throws IOException {
    this.folders = folders;
    this.folder = folders.getFirst();
    this.background = task -> runCounted(background, task);
    this.config = LogConfig.of(topicConfig);
    this.directories = openDirectories();
  }

  private LogDirectories openDirectories() throws IOException {
    StorageSettings base = StorageSettings.defaults(folders);
    StorageSettings settings =
        new StorageSettings(
            base.logDirs(),
            1,
            "",
            topic -> config,
            1,
            base.flushCheckIntervalMs(),
            base.recoveryPointCheckpointIntervalMs(),
            base.logStartOffsetCheckpointIntervalMs(),
            base.highWatermarkCheckpointIntervalMs(),
            base.retentionCheckIntervalMs(),
            base.producerIdExpirationMs(),
            base.idleTrimMs(),
            base.openFilesMax(),
            0,
            0);
    return LogDirectories.open(settings, new StorageRuntime(nowMs::get, scheduler, background));
  }

  private void runCounted(Executor executor, Runnable task) {
    synchronized (inFlight) {
      inFlight.incrementAndGet();
    }
    executor.execute(() -> {
      try {
        task.run();
      } finally {
        synchronized (inFlight) {
          inFlight.decrementAndGet();
          inFlight.notifyAll();
        }
      }
    });
  }

  /** A process that dies takes its background work with it; here it has to end first. */
  private void abandon() {
    directories.abandon();
    synchronized (inFlight) {
      while (inFlight.get() > 0) {
        try {
          inFlight.wait();
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
  }

  LogDirectories directories() {
    return directories;
  }

  /** The partition's log, made when missing. */
  PartitionLog log() {
    return directories.createLog(PARTITION, null, config);
  }

  /** A clean stop and a start. */
  PartitionLog restart() throws IOException {
    directories.close();
    directories = openDirectories();
    return log();
  }

  /** Dies without writing anything, and starts. */
  PartitionLog crash() throws IOException {
    abandon();
    directories = openDirectories();
    return log();
  }

  /** Dies without writing anything. */
  void die() {
    abandon();
  }

  void reopen() throws IOException {
    directories = openDirectories();
  }

  Path partitionFolder() {
    return folder.resolve(PARTITION.toString());
  }

  @Override
  public void close() {
    directories.close();
  }
}
