package org.odradek.benchmarks.micro;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.odradek.protocol.TopicPartition;
import org.odradek.storage.LogConfig;
import org.odradek.storage.LogDirectories;
import org.odradek.storage.PartitionLog;
import org.odradek.storage.StorageRuntime;
import org.odradek.storage.StorageSettings;

/** Real partition logs in a temporary folder, which goes when this is closed. */
final class MeasuredLogs implements AutoCloseable {
  private static final int BACKGROUND_THREADS = 2;

  private final Path folder;
  private final ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService background = Executors.newFixedThreadPool(BACKGROUND_THREADS);
  private final LogDirectories directories;
  private final List<PartitionLog> logs;

  MeasuredLogs(int partitions) {
    try {
      folder = Files.createTempDirectory("odradek-jmh");
      directories =
          LogDirectories.open(
              StorageSettings.defaults(List.of(folder)),
              new StorageRuntime(System::currentTimeMillis, scheduler, background));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make logs", e);
    }
    LogConfig config = LogConfig.of(Map.of("segment.bytes", "268435456"));
    logs =
        IntStream.range(0, partitions)
            .mapToObj(p -> directories.createLog(new TopicPartition("measured", p), null, config))
            .toList();
    logs.forEach(log -> log.startLeaderEpoch(0));
  }

  PartitionLog log(int partition) {
    return logs.get(partition);
  }

  /** Takes all records out of all logs, for the sake of the disk. */
  void empty() {
    logs.forEach(log -> log.truncateFullyAndStartAt(0));
  }

  @Override
  public void close() {
    directories.close();
    scheduler.shutdownNow();
    background.shutdownNow();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + folder, e);
    }
  }
}
