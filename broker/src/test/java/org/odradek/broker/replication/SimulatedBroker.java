package org.odradek.broker.replication;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.odradek.broker.fetch.FetchHandler;
import org.odradek.broker.fetch.FetchServices;
import org.odradek.broker.fetch.FetchSessions;
import org.odradek.broker.fetch.ReplicaSelector;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.ControlFence;
import org.odradek.broker.metadata.ControlOrder;
import org.odradek.broker.metadata.UpdateMetadataHandler;
import org.odradek.broker.partition.IsrChangeCounts;
import org.odradek.broker.partition.IsrStore;
import org.odradek.broker.partition.LeaderAndIsrHandler;
import org.odradek.broker.partition.LeaderContext;
import org.odradek.broker.partition.ListOffsetsHandler;
import org.odradek.broker.partition.OffsetForLeaderEpochHandler;
import org.odradek.broker.partition.Partitions;
import org.odradek.broker.partition.ReplicaRoles;
import org.odradek.broker.quota.ClientQuota;
import org.odradek.broker.quota.ReplicationQuota;
import org.odradek.storage.LogConfig;
import org.odradek.storage.LogDirectories;
import org.odradek.storage.StorageRuntime;
import org.odradek.storage.StorageSettings;

/** One life of a broker: from a start to the next crash. Its logs are real, its time is not. */
final class SimulatedBroker {
  static final long LAG_MAX_MS = 2_000;
  private static final int SESSIONS_MAX = 2;
  private static final LogConfig CONFIG =
      LogConfig.of(Map.of("segment.bytes", "3000", "min.insync.replicas", "1"));

  final int id;
  final long epoch;
  final Path directory;
  final LogDirectories logs;
  final Partitions partitions;
  final ClusterMetadata metadata = new ClusterMetadata();
  final Replication replication;
  final LeaderAndIsrHandler leaderAndIsr;
  final UpdateMetadataHandler updateMetadata;
  final FetchHandler fetch;
  final OffsetForLeaderEpochHandler epochs;
  final ListOffsetsHandler offsets;
  boolean up = true;

  /**
   * @param epoch grows with each life
   */
  SimulatedBroker(
      int id,
      long epoch,
      Path directory,
      SimulatedTime time,
      Random random,
      IsrStore isrStore,
      LeaderEndpoints leaders,
      FetcherSettings settings,
      ReplicationQuota quota,
      ScheduledExecutorService scheduler,
      ExecutorService background) {
    this.id = id;
    this.epoch = epoch;
    this.directory = directory;
    try {
      logs =
          LogDirectories.open(
              StorageSettings.defaults(List.of(directory)),
              new StorageRuntime(time::nowMs, scheduler, background));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    partitions =
        new Partitions(
            id,
            logs,
            topic -> CONFIG,
            new LeaderContext(
                isrStore,
                time::nowMs,
                LAG_MAX_MS,
                broker -> true,
                () -> epoch,
                new IsrChangeCounts()));
    replication =
        new Replication(
            new FetcherServices(id, () -> epoch, time::nowMs, time, settings, quota),
            leaders,
            time.soon(),
            2);
    ControlFence fence = new ControlFence();
    ControlOrder order = ControlOrder.inOneThread(metadata);
    leaderAndIsr =
        new LeaderAndIsrHandler(
            new ReplicaRoles(partitions, replication, Runnable::run), fence, order);
    updateMetadata = new UpdateMetadataHandler(metadata, fence, order);
    fetch =
        new FetchHandler(
            new FetchServices(
                partitions,
                metadata,
                new FetchSessions(SESSIONS_MAX, time::nowMs, random::nextInt),
                time,
                Runnable::run,
                1 << 20,
                ReplicationQuota.none(),
                ClientQuota.none(),
                ReplicaSelector.LEADER));
    epochs = new OffsetForLeaderEpochHandler(partitions, metadata);
    offsets = new ListOffsetsHandler(partitions, metadata);
  }

  /**
   * What the disk has after a crash at this moment. The files that are left go on being used by
   * what is left of this life, to no effect.
   *
   * @param losesTail whether what was not forced is lost, to a length by chance
   */
  Path crash(Path image, Random random, boolean losesTail) {
    up = false;
    replication.end();
    try {
      copyTree(directory, image);
      if (losesTail) {
        try (Stream<Path> files = Files.walk(image)) {
          for (Path folder : (Iterable<Path>) files.filter(Files::isDirectory)::iterator) {
            cutTail(folder, random);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return image;
  }

  /** Background work may take files away meanwhile, as it may in a crash. */
  private static void copyTree(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(target(folder));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            String name = file.getFileName().toString();
            if (!name.equals(".lock") && !name.endsWith(".deleted") && !name.endsWith(".tmp")) {
              try {
                Files.copy(file, target(file));
              } catch (NoSuchFileException e) {
                Files.deleteIfExists(target(file));
              }
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException failure)
              throws IOException {
            if (failure instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw failure;
          }

          private Path target(Path file) {
            return to.resolve(from.relativize(file).toString());
          }
        });
  }

  /** Only the last segment may be torn: the others were forced when it was begun, or might be. */
  private static void cutTail(Path folder, Random random) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      Path last =
          files.filter(file -> file.toString().endsWith(".log")).max(Path::compareTo).orElse(null);
      if (last != null) {
        try (FileChannel channel = FileChannel.open(last, StandardOpenOption.WRITE)) {
          channel.truncate(random.nextLong(Math.min(4_000, channel.size()) + 1));
        }
      }
    }
  }
}
