package org.odradek.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.odradek.protocol.TopicPartition;

/** A storage below a folder, with a clock set by hand and work done by the caller's thread. */
final class TestStore implements AutoCloseable {
  static final TopicPartition PARTITION = new TopicPartition("orders", 0);

  final AtomicLong nowMs = new AtomicLong(1_700_000_000_000L);
  final ManualScheduler scheduler = new ManualScheduler();
  final Path folder;
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
    this.folder = folder;
    this.background = background;
    this.config = LogConfig.of(topicConfig);
    this.directories = openDirectories();
  }

  private LogDirectories openDirectories() throws IOException {
    StorageSettings base = StorageSettings.defaults(List.of(folder));
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
    directories.abandon();
    directories = openDirectories();
    return log();
  }

  /** Dies without writing anything. */
  void die() {
    directories.abandon();
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
