package org.odradek.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.storage.file.DurableFiles;
import org.odradek.storage.file.LogFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logs of one log directory, with its lock file, checkpoints and clean-shutdown marker.
 *
 * <p>Thread-safety: any thread; whatever writes checkpoints excludes itself.
 */
final class DirectoryStore {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryStore.class);
  private static final String LOCK = ".lock";
  private static final String CLEAN_SHUTDOWN = ".kafka_cleanshutdown";

  private final LogDirectory directory;
  private final Map<TopicPartition, PartitionLog> logs = new ConcurrentHashMap<>();

  /** Logs on their way here from other directories. */
  private final Map<TopicPartition, PartitionLog> futures = new ConcurrentHashMap<>();

  private @Nullable FileChannel lockChannel;
  private @Nullable FileLock lock;

  DirectoryStore(LogDirectory directory) {
    this.directory = directory;
    directory.onOffsetsLowered(this::writeOffsets);
  }

  LogDirectory directory() {
    return directory;
  }

  Map<TopicPartition, PartitionLog> logs() {
    return logs;
  }

  Map<TopicPartition, PartitionLog> futures() {
    return futures;
  }

  /** A copy of both. */
  List<PartitionLog> all() {
    List<PartitionLog> all = new ArrayList<>(logs.values());
    all.addAll(futures.values());
    return all;
  }

  int size() {
    return logs.size() + futures.size();
  }

  private Path path() {
    return directory.path();
  }

  // Opening

  /** Makes the directory when missing, and locks it against other brokers. */
  void lock() throws IOException {
    Files.createDirectories(path());
    FileChannel channel =
        FileChannel.open(path().resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock acquired;
    try {
      acquired = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      acquired = null;
    }
    if (acquired == null) {
      channel.close();
      throw new LogDirectoryLockedException(
          "Log directory "
              + path()
              + " is in use by another broker process (it holds "
              + path().resolve(LOCK)
              + "): stop that one, or give this one another log.dirs");
    }
    lockChannel = channel;
    lock = acquired;
  }

  /** Opens all partitions, on several background threads. */
  void openLogs() throws IOException {
    boolean clean = Files.exists(path().resolve(CLEAN_SHUTDOWN));
    Map<TopicPartition, Long> recoveryPoints =
        OffsetCheckpoints.read(path(), OffsetCheckpoints.RECOVERY_POINT);
    Map<TopicPartition, Long> logStarts =
        OffsetCheckpoints.read(path(), OffsetCheckpoints.LOG_START);
    Map<TopicPartition, Long> highWatermarks =
        OffsetCheckpoints.read(path(), OffsetCheckpoints.HIGH_WATERMARK);
    PartitionFolders folders = PartitionFolders.in(path(), child -> deleteLater(child, 0));
    List<Opening> work = new ArrayList<>();
    folders.current().forEach((partition, at) -> work.add(new Opening(partition, at, logs)));
    folders.future().forEach((partition, at) -> work.add(new Opening(partition, at, futures)));
    if (!work.isEmpty()) {
      LOG.info(
          "Opening {} partitions in {} after {}",
          work.size(),
          path(),
          clean ? "a clean stop" : "a stop that was not clean: they are recovered");
    }
    AtomicInteger next = new AtomicInteger();
    List<CompletableFuture<Void>> workers = new ArrayList<>();
    for (int i = 0; i < directory.settings().recoveryThreadsPerDir(); i++) {
      workers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int at; (at = next.getAndIncrement()) < work.size(); ) {
                  Opening opening = work.get(at);
                  TopicPartition partition = opening.partition();
                  openOne(
                      opening,
                      new PartitionLog.Checkpointed(
                          clean,
                          recoveryPoints.getOrDefault(partition, 0L),
                          logStarts.getOrDefault(partition, 0L),
                          highWatermarks.getOrDefault(partition, 0L)));
                }
              },
              directory.runtime().background()));
    }
    workers.forEach(CompletableFuture::join);
    directory.ensureOnline();
    if (Files.deleteIfExists(path().resolve(CLEAN_SHUTDOWN))) {
      DurableFiles.forceDirectory(path());
    }
  }

  /**
   * A folder to be opened.
   *
   * @param to where the log is to be put
   */
  private record Opening(
      TopicPartition partition, Path folder, Map<TopicPartition, PartitionLog> to) {}

  private void openOne(Opening opening, PartitionLog.Checkpointed checkpointed) {
    if (!directory.online()) {
      return;
    }
    TopicPartition partition = opening.partition();
    Path folder = opening.folder();
    LogConfig config = directory.settings().topicConfig().apply(partition.topic());
    try {
      opening
          .to()
          .put(
              partition,
              PartitionLog.open(partition, directory, new LogFolder(folder), config, checkpointed));
    } catch (IOException | RuntimeException e) {
      LOG.error(
          "The log of {} in {} is not opened",
          partition,
          folder,
          directory.failed("Opening " + partition, e));
    }
  }

  // Making and deleting logs

  /** Whether there is a folder of the partition, be its log open or not. */
  boolean hasFolder(TopicPartition partition) {
    return Files.exists(path().resolve(partition.toString()));
  }

  PartitionLog create(TopicPartition partition, @Nullable Uuid topicId, LogConfig config) {
    return create(partition, topicId, config, partition.toString(), logs);
  }

  /** A log that is to take the place of the one in another directory. */
  PartitionLog createFuture(
      TopicPartition partition, @Nullable Uuid topicId, LogConfig config, String folderName) {
    return create(partition, topicId, config, folderName, futures);
  }

  private PartitionLog create(
      TopicPartition partition,
      @Nullable Uuid topicId,
      LogConfig config,
      String folderName,
      Map<TopicPartition, PartitionLog> to) {
    directory.ensureOnline(); // where it is full, an empty log waits for room
    Path folder = path().resolve(folderName);
    try {
      boolean fresh = Files.notExists(folder);
      if (fresh) {
        Files.createDirectory(folder);
        Files.createFile(folder.resolve(LeaderEpochs.FILE_NAME));
      }
      PartitionLog log =
          PartitionLog.open(
              partition,
              directory,
              new LogFolder(folder),
              config,
              fresh ? PartitionLog.Checkpointed.FRESH : PartitionLog.Checkpointed.UNKNOWN);
      if (topicId != null && !topicId.equals(Uuid.ZERO)) {
        log.assignTopicId(topicId);
      }
      to.put(partition, log);
      return log;
    } catch (IOException e) {
      throw directory.failed("Creating " + partition, e);
    }
  }

  /** As {@link #delete(List)}, for one. */
  void delete(PartitionLog log) {
    delete(List.of(log));
  }

  /** Takes the logs out; their files go after the delay. */
  void delete(List<PartitionLog> deleted) {
    try {
      for (PartitionLog log : deleted) {
        log.maintenance().abandon();
        log.state().folder.renameTo(path().resolve(FolderName.deleted(log.topicPartition())));
        remove(log);
      }
      // A new partition of the same name must not find offsets of these after a crash.
      writeOffsets();
      for (PartitionLog log : deleted) {
        Path folder = log.path();
        deleteLater(folder, log.config().fileDeleteDelayMs());
        LOG.info("Log of {} is renamed to {} and will be deleted", log.topicPartition(), folder);
      }
    } catch (IOException e) {
      throw directory.failed("Deleting " + deleted.size() + " logs", e);
    } finally {
      deleted.forEach(this::remove);
    }
  }

  private void remove(PartitionLog log) {
    logs.remove(log.topicPartition(), log);
    futures.remove(log.topicPartition(), log);
  }

  /** The log has become the current one. */
  void promoted(PartitionLog log) {
    futures.remove(log.topicPartition(), log);
    logs.put(log.topicPartition(), log);
  }

  /** A log in another directory is the current one now. */
  void replaced(PartitionLog log) {
    remove(log);
  }

  /**
   * Lets go of a log that was replaced, and whose folder has the name of a deleted one. Whoever
   * reads from it may go on until the delay is over.
   */
  void deleteReplaced(PartitionLog log) {
    long delayMs = log.config().fileDeleteDelayMs();
    StorageRuntime runtime = directory.runtime();
    Runnable delete =
        () -> {
          log.maintenance().abandon();
          deleteFolder(log.path());
        };
    var unused =
        runtime
            .scheduler()
            .schedule(() -> runtime.background().execute(delete), delayMs, TimeUnit.MILLISECONDS);
  }

  /** Makes the names of the directory's folders durable. */
  void forceEntries() throws IOException {
    DurableFiles.forceDirectory(path());
  }

  private void deleteLater(Path folder, long delayMs) {
    StorageRuntime runtime = directory.runtime();
    var unused =
        runtime
            .scheduler()
            .schedule(
                () -> runtime.background().execute(() -> deleteFolder(folder)),
                delayMs,
                TimeUnit.MILLISECONDS);
  }

  private static void deleteFolder(Path folder) {
    try {
      deleteTree(folder);
    } catch (IOException e) {
      LOG.warn("Cannot delete {}: {}", folder, e.toString());
    }
  }

  private static void deleteTree(Path folder) throws IOException {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                throws IOException {
              if (failure != null) {
                throw failure;
              }
              Files.deleteIfExists(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException e) {
      // Gone already.
    }
  }

  // Checkpoints

  private synchronized void write(String name, ToLongFunction<PartitionLog> offset, boolean all)
      throws IOException {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    for (PartitionLog log : all()) {
      long first = log.state().segments.first().baseOffset();
      long value = offset.applyAsLong(log);
      if (all || value > first) {
        offsets.put(log.topicPartition(), value);
      }
    }
    OffsetCheckpoints.write(path(), name, offsets);
  }

  void writeRecoveryPoints() throws IOException {
    write(OffsetCheckpoints.RECOVERY_POINT, PartitionLog::recoveryPoint, true);
  }

  void writeHighWatermarks() throws IOException {
    write(OffsetCheckpoints.HIGH_WATERMARK, PartitionLog::highWatermark, true);
  }

  void writeLogStarts() throws IOException {
    write(OffsetCheckpoints.LOG_START, PartitionLog::logStartOffset, false);
  }

  void writeOffsets() throws IOException {
    writeRecoveryPoints();
    writeLogStarts();
    writeHighWatermarks();
  }

  // Closing

  void close() {
    try {
      if (directory.online()) {
        closeCleanly();
      }
    } catch (IOException | RuntimeException e) {
      var unused = directory.failed("Clean stop", e);
    } finally {
      all().forEach(log -> log.maintenance().abandon());
      unlock();
    }
  }

  private void closeCleanly() throws IOException {
    inParallel(all(), log -> log.maintenance().closeCleanly());
    // One wait for the disk instead of some for each partition.
    if (DurableFiles.forceVolume(path())) {
      all().forEach(log -> log.maintenance().closedIsForced());
    } else {
      inParallel(all(), log -> log.maintenance().forceClosed());
    }
    writeOffsets();
    DurableFiles.replace(path().resolve(CLEAN_SHUTDOWN), "");
  }

  @FunctionalInterface
  private interface LogTask {
    void run(PartitionLog log) throws IOException;
  }

  private void inParallel(List<PartitionLog> work, LogTask task) {
    AtomicInteger next = new AtomicInteger();
    List<CompletableFuture<Void>> workers = new ArrayList<>();
    for (int i = 0; i < directory.settings().recoveryThreadsPerDir(); i++) {
      workers.add(
          CompletableFuture.runAsync(
              () -> {
                for (int at; (at = next.getAndIncrement()) < work.size(); ) {
                  PartitionLog log = work.get(at);
                  try {
                    task.run(log);
                  } catch (IOException e) {
                    throw log.state().failed("Clean stop", e);
                  }
                }
              },
              directory.runtime().background()));
    }
    workers.forEach(CompletableFuture::join);
  }

  private void unlock() {
    try {
      if (lock != null) {
        lock.release();
        lock = null;
      }
      if (lockChannel != null) {
        lockChannel.close();
        lockChannel = null;
      }
    } catch (IOException e) {
      LOG.warn("Cannot release the lock of {}: {}", path(), e.toString());
    }
  }

  /** As when the process dies: nothing is written, only the lock is released. For tests. */
  void abandon() {
    all().forEach(log -> log.maintenance().abandon());
    unlock();
  }
}
