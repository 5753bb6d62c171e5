package org.odradek.storage;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.TopicPartition;
import org.odradek.storage.file.LogFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs on their way from one log directory to another (KIP-113): each is a copy that grows beside
 * the current log of its partition, and takes its place once it has all of it.
 *
 * <p>Thread-safety: look-ups from any thread; changes under the lock of {@link LogDirectories}.
 */
final class FutureLogs {
  private static final Logger LOG = LoggerFactory.getLogger(FutureLogs.class);

  /** So much is copied while nobody may append. */
  private static final int REST_MAX_BYTES = 256 << 10;

  private final List<DirectoryStore> stores;
  private final Map<TopicPartition, PartitionLog> current;
  private final Map<TopicPartition, PartitionLog> futures = new ConcurrentHashMap<>();

  FutureLogs(List<DirectoryStore> stores, Map<TopicPartition, PartitionLog> current) {
    this.stores = stores;
    this.current = current;
  }

  @Nullable PartitionLog find(TopicPartition partition) {
    return futures.get(partition);
  }

  Map<TopicPartition, PartitionLog> all() {
    return futures;
  }

  DirectoryStore storeOf(PartitionLog log) {
    for (DirectoryStore store : stores) {
      if (store.directory() == log.state().directory) {
        return store;
      }
    }
    throw new IllegalStateException(log + " is in none of the log directories " + stores);
  }

  // At the start

  /**
   * Two directories have a folder of the partition. If one of them was about to take the other's
   * place, it has.
   *
   * @return the log that counts
   */
  PartitionLog settle(PartitionLog one, PartitionLog other) throws IOException {
    boolean oneMarked = PromotionMarker.isIn(one.path());
    if (oneMarked == PromotionMarker.isIn(other.path())) {
      throw new IOException(
          "Partition "
              + one.topicPartition()
              + " is in two log directories, "
              + one.path()
              + " and "
              + other.path()
              + ": remove one of the folders");
    }
    PartitionLog counts = oneMarked ? one : other;
    PartitionLog replaced = oneMarked ? other : one;
    LOG.info("{} had just taken the place of {}", counts.path(), replaced.path());
    storeOf(replaced).delete(replaced);
    return counts;
  }

  /** Takes up the moves that the last stop interrupted, and ends those that were at their end. */
  void resume(boolean allOnline) throws IOException {
    for (DirectoryStore store : stores) {
      if (store.directory().online()) {
        for (PartitionLog future : List.copyOf(store.futures().values())) {
          resume(store, future, allOnline);
        }
      }
    }
    for (PartitionLog log : current.values()) {
      if (PromotionMarker.isIn(log.path())) {
        PromotionMarker.remove(log.state().folder);
      }
    }
  }

  private void resume(DirectoryStore store, PartitionLog future, boolean allOnline)
      throws IOException {
    TopicPartition partition = future.topicPartition();
    PartitionLog now = current.get(partition);
    boolean marked = PromotionMarker.isIn(future.path());
    if (now != null && now.state().directory == future.state().directory) {
      LOG.warn("{} is already where {} was to move it", now.path(), future.path());
      store.delete(future);
    } else if (now == null && !(marked && allOnline)) {
      LOG.warn(
          "Leaving the folder {} alone: it holds a copy of {} as far as it had come, and there is"
              + " no log of that in the directories that are online",
          future.path(),
          partition);
      future.maintenance().abandon();
      store.replaced(future);
    } else if (marked && (now == null || future.logEndOffset() > now.logEndOffset())) {
      // Only a log that has taken the other's place is appended to by others than the copying.
      LOG.info("{} was about to become the log of {}, and does now", future.path(), partition);
      if (now != null) {
        storeOf(now).delete(now);
      }
      LogFolder folder = future.state().folder;
      folder.renameTo(store.directory().path().resolve(partition.toString()));
      store.forceEntries();
      store.promoted(future);
      current.put(partition, future);
    } else {
      PromotionMarker.remove(future.state().folder);
      futures.put(partition, future);
      LOG.info(
          "The move of {} from {} to {} goes on", partition, now, future.state().directory.path());
    }
  }

  // Making and deleting

  void add(PartitionLog future) {
    futures.put(future.topicPartition(), future);
  }

  /** Returns whether there was one. */
  boolean delete(TopicPartition partition) {
    PartitionLog future = futures.remove(partition);
    if (future == null) {
      return false;
    }
    storeOf(future).delete(future);
    return true;
  }

  void removeIn(LogDirectory directory) {
    futures.values().removeIf(log -> log.state().directory == directory);
  }

  // Taking the place of the current log

  /** What may take its time: done once before, while others still append. */
  void preparePromotion(PartitionLog now, PartitionLog future) {
    if (PromotionMarker.isIn(future.path())) {
      return;
    }
    try {
      future.updateHighWatermark(now.highWatermark());
      PromotionMarker.write(future.state().folder);
      storeOf(future).writeOffsets();
    } catch (IOException e) {
      throw future.state().failed("Preparing to take the place of another log", e);
    }
  }

  /**
   * Copies the rest, if it is little, and swaps the two if they hold the same then. Nobody appends
   * to the current one meanwhile, or cuts it. Waits for nobody: two folders are renamed, in memory
   * of the file system.
   *
   * @return false if they are not the same, or somebody is at work on their files: to be tried
   *     again
   */
  boolean promote(LogMove move) {
    PartitionLog now = move.from();
    PartitionLog future = move.to();
    LogState from = now.state();
    LogState to = future.state();
    if (!from.fileLock.tryLock()) {
      return false;
    }
    try {
      if (!to.fileLock.tryLock()) {
        return false;
      }
      try {
        if (!from.folder.tryHoldName()) {
          return false;
        }
        try {
          if (!to.folder.tryHoldName()) {
            return false;
          }
          try {
            move.copy(REST_MAX_BYTES);
            return areSame(now, future) && swap(now, future);
          } finally {
            to.folder.releaseName();
          }
        } finally {
          from.folder.releaseName();
        }
      } finally {
        to.fileLock.unlock();
      }
    } finally {
      from.fileLock.unlock();
    }
  }

  private boolean areSame(PartitionLog now, PartitionLog future) {
    now.state().ensureOpen();
    future.state().ensureOpen();
    return current.get(now.topicPartition()) == now
        && futures.get(now.topicPartition()) == future
        && now.logEndOffset() == future.logEndOffset()
        && now.logStartOffset() == future.logStartOffset()
        && now.latestLeaderEpoch().equals(future.latestLeaderEpoch());
  }

  private boolean swap(PartitionLog now, PartitionLog future) {
    TopicPartition partition = now.topicPartition();
    LogState from = now.state();
    LogState to = future.state();
    future.updateHighWatermark(now.highWatermark());
    var oldPath = from.folder.path();
    try {
      from.folder.renameTo(oldPath.resolveSibling(FolderName.deleted(partition)));
    } catch (IOException e) {
      throw from.failed("Making place for another log", e);
    }
    try {
      to.folder.renameTo(to.directory.path().resolve(partition.toString()));
    } catch (IOException e) {
      try {
        from.folder.renameTo(oldPath);
      } catch (IOException again) {
        var unused = from.failed("Coming back after the move failed", again);
      }
      throw to.failed("Taking the place of another log", e);
    }
    from.replaced = true;
    futures.remove(partition);
    current.put(partition, future);
    storeOf(future).promoted(future);
    storeOf(now).replaced(now);
    return true;
  }

  /** After the swap: makes it durable, and lets the old log go. May wait. */
  void finishPromotion(PartitionLog old, PartitionLog promoted) {
    try {
      storeOf(old).forceEntries();
      storeOf(promoted).forceEntries();
      storeOf(promoted).writeOffsets();
      PromotionMarker.remove(promoted.state().folder);
    } catch (IOException e) {
      throw promoted.state().failed("Taking the place of another log", e);
    }
    try {
      storeOf(old).writeOffsets();
    } catch (IOException e) {
      throw old.state().failed("Writing checkpoints", e);
    }
    storeOf(old).deleteReplaced(old);
    LOG.info(
        "{} is now in {}; what was in {} will be deleted",
        promoted.topicPartition(),
        promoted.directory(),
        old.directory());
  }
}
