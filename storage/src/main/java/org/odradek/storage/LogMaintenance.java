package org.odradek.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.odradek.protocol.ErrorCode;
import org.odradek.storage.LogRetention.Expired;
import org.odradek.storage.SegmentWriter.Preparation;
import org.odradek.storage.file.FileKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that changes the files of a log other than by appending to them: blocks ahead of the
 * writer, rolling, sealing, cutting, deleting.
 *
 * <p>Thread-safety: any thread, but for what says that it wants the append lock held. Takes the
 * file lock, which may be held while the disk is waited for.
 */
final class LogMaintenance {
  private static final Logger LOG = LoggerFactory.getLogger(LogMaintenance.class);

  /**
   * So many entries of a log's two indexes may be in memory before they are written while it is
   * appended to: some KiB. Logs that get little at a time, of which there may be thousands, then
   * make no index files until they are idle: making both costs more than dozens of their appends.
   */
  static final int INDEX_ENTRIES_IN_MEMORY = 128;

  private final LogState state;
  private final ProducerRecovery producerRecovery;
  private final LogFlusher flusher;

  LogMaintenance(LogState state) {
    this.state = state;
    this.producerRecovery = new ProducerRecovery(state);
    this.flusher = new LogFlusher(state, this);
  }

  LogFlusher flusher() {
    return flusher;
  }

  ProducerRecovery producerRecovery() {
    return producerRecovery;
  }

  private void inBackground(String operation, Work work) {
    state
        .directory
        .runtime()
        .background()
        .execute(() -> {
          if (state.closed || !state.directory.online()) {
            return;
          }
          try {
            work.run();
          } catch (IOException | RuntimeException e) {
            LOG.warn("{} of {} failed", operation, state.partition, state.failed(operation, e));
          }
        });
  }

  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  // Blocks

  /** Has more blocks reserved ahead of the writer. */
  void schedulePreparation() {
    inBackground("Reserving blocks", this::reserveMore);
  }

  private void reserveMore() throws IOException {
    state.fileLock.lock();
    try {
      Preparation preparation;
      state.appendLock.lock();
      try {
        preparation =
            state.writer.beginPreparation(state.end.position(), state.config.segmentBytes());
      } finally {
        state.appendLock.unlock();
      }
      if (preparation == null) {
        return;
      }
      boolean isDone = false;
      try {
        preparation.run();
        isDone = true;
      } finally {
        state.appendLock.lock();
        try {
          state.writer.endPreparation(preparation, isDone);
        } finally {
          state.appendLock.unlock();
        }
      }
      LogSegment active = state.segments.active();
      if (active.unspilledEntries() >= INDEX_ENTRIES_IN_MEMORY) {
        active.spillIndexes();
      }
    } finally {
      state.fileLock.unlock();
    }
  }

  /**
   * Gives back what an idle log holds: reserved blocks, descriptors, index memory. Does nothing
   * when there was an append since the last call.
   */
  void releaseIfIdle() throws IOException {
    if (state.appendedLately) {
      state.appendedLately = false;
      return;
    }
    if (!state.writer.isOpen()) {
      return;
    }
    state.fileLock.lock();
    try {
      state.appendLock.lock();
      try {
        if (state.appendedLately || state.closed) {
          return;
        }
        LogSegment active = state.segments.active();
        state.writer.releaseIdle();
        active.cutFile();
        active.spillIndexes();
      } finally {
        state.appendLock.unlock();
      }
      for (LogSegment segment : state.segments.all()) {
        segment.closeFiles();
      }
    } finally {
      state.fileLock.unlock();
    }
  }

  // Rolling

  /** Begins a new segment. With the append lock held. */
  LogSegment roll(long newBaseOffset) throws IOException {
    LogSegment old = state.segments.active();
    LogSegment fresh = state.newSegment(newBaseOffset);
    ByteBuffer snapshot = state.producers.snapshot();
    boolean seal = old.size() > 0;
    if (!seal) {
      if (old.baseOffset() == newBaseOffset) {
        return old;
      }
      // Nothing was written, and the offset is too far away to be relative to its base.
      state.segments.keepFirst(state.segments.count() - 1);
      old.deleteFiles();
    } else {
      old.addLastTimeEntry();
    }
    fresh.create();
    state.segments.add(fresh);
    if (seal) {
      inBackground("Sealing a segment", () -> sealRolled(old, newBaseOffset, snapshot));
    }
    return fresh;
  }

  private void sealRolled(LogSegment old, long newBaseOffset, ByteBuffer snapshot)
      throws IOException {
    state.fileLock.lock();
    try {
      if (!state.closed && state.segments.contains(old) && old != state.segments.active()) {
        sealIfNeeded(old);
        producerRecovery.write(newBaseOffset, snapshot, false);
      }
    } finally {
      state.fileLock.unlock();
    }
    var unused = flusher.flush(newBaseOffset);
  }

  /**
   * Cuts and indexes a segment that is not appended to any more. One that was taken out is left
   * alone: its file names may be another's by now.
   */
  void sealIfNeeded(LogSegment segment) throws IOException {
    state.fileLock.lock();
    try {
      if (state.closed || segment == state.segments.active() || !state.segments.contains(segment)) {
        return;
      }
      if (!segment.sealed()) {
        segment.seal(true);
      } else if (!segment.indexesForced()) {
        segment.forceIndexes();
      }
    } finally {
      state.fileLock.unlock();
    }
  }

  // Cutting the end off

  long truncateTo(long offset) throws IOException {
    long newEnd;
    state.fileLock.lock();
    state.appendLock.lock();
    try {
      state.ensureOpen();
      if (offset >= state.end.offset()) {
        // A leader that was replaced before it appended anything has its epoch begin at the end
        // of the log. No other log knows of it: kept, it would be fetched with for ever.
        state.epochs.truncateFromEnd(state.end.offset());
        state.epochs.writeIfChanged();
        return state.end.offset();
      }
      state.truncationBegins();
      try {
        if (offset < state.logStartOffset || offset < state.segments.first().baseOffset()) {
          restartAt(offset);
          newEnd = offset;
        } else {
          newEnd = cutTo(offset);
        }
      } finally {
        state.truncationEnds();
      }
    } finally {
      state.appendLock.unlock();
      state.fileLock.unlock();
    }
    state.directory.offsetsLowered();
    return newEnd;
  }

  private long cutTo(long offset) throws IOException {
    state.writer.release();
    LogSegment[] all = state.segments.all();
    int keep = SegmentList.floorIndex(all, offset) + 1;
    state.segments.keepFirst(keep);
    for (int i = keep; i < all.length; i++) {
      all[i].deleteFiles();
    }
    LogSegment active = state.segments.active();
    long newEnd = active.truncateTo(offset);
    state.endIs(new LogPosition(newEnd, active.baseOffset(), active.size()));
    cutAt(newEnd);
    producerRecovery.removeAbove(newEnd);
    producerRecovery.rebuild(newEnd);
    state.epochs.truncateFromEnd(newEnd);
    state.epochs.writeIfChanged();
    return newEnd;
  }

  private void cutAt(long newEnd) {
    state.changedSinceOpen = true;
    state.recoveryPoint = Math.min(state.recoveryPoint, newEnd);
    state.logStartOffset = Math.min(state.logStartOffset, newEnd);
    state.highWatermarkAtMost(newEnd);
  }

  void truncateFullyAndStartAt(long offset) throws IOException {
    state.fileLock.lock();
    state.appendLock.lock();
    try {
      state.ensureOpen();
      state.truncationBegins();
      try {
        restartAt(offset);
      } finally {
        state.truncationEnds();
      }
    } finally {
      state.appendLock.unlock();
      state.fileLock.unlock();
    }
    state.directory.offsetsLowered();
  }

  private void restartAt(long offset) throws IOException {
    state.writer.release();
    List<LogSegment> old = List.of(state.segments.all());
    for (LogSegment segment : old) {
      segment.deleteFiles();
    }
    LogSegment fresh = state.newSegment(offset);
    fresh.create();
    state.segments.replaceAll(List.of(fresh));
    state.endIs(new LogPosition(offset, offset, 0));
    state.logStartOffset = offset;
    cutAt(offset);
    state.highWatermarkIs(offset);
    state.producers.clear();
    state.firstUnstableOffset = Long.MAX_VALUE;
    for (Long snapshot : producerRecovery.snapshots()) {
      Files.deleteIfExists(state.folder.resolve(FileKind.PRODUCER_SNAPSHOT.fileName(snapshot)));
    }
    state.epochs.clear();
    state.epochs.writeIfChanged();
  }

  // Deleting the beginning

  /** Raises the log start offset, and deletes segments that are wholly below it. */
  void raiseLogStart(long offset, String reason) throws IOException {
    state.fileLock.lock();
    try {
      state.appendLock.lock();
      try {
        state.ensureOpen();
        if (state.replaced) {
          throw new LogException(
              ErrorCode.NOT_LEADER_OR_FOLLOWER,
              "The log of " + state.partition + " is in another directory now: try again");
        }
        if (offset <= state.logStartOffset) {
          return;
        }
        state.logStartOffset = offset;
        state.changedSinceOpen = true;
        if (state.highWatermark.offset() < offset) {
          state.raiseHighWatermark(offset);
        }
      } finally {
        state.appendLock.unlock();
      }
      state.epochs.truncateFromStart(offset);
      LogSegment[] all = state.segments.all();
      int below = 0;
      while (below + 1 < all.length && all[below + 1].baseOffset() <= offset) {
        below++;
      }
      removeFirst(new Expired(below, state.end), reason);
    } finally {
      state.fileLock.unlock();
    }
  }

  /**
   * Takes the first segments out and has their files deleted after the delay; the log start offset
   * follows. What was appended since the decision stays. With the file lock held.
   */
  void removeFirst(Expired expired, String reason) throws IOException {
    if (expired.count() == 0) {
      return;
    }
    List<LogSegment> removed = new ArrayList<>(expired.count());
    state.appendLock.lock();
    try {
      LogSegment[] all = state.segments.all();
      int count = expired.stillExpired(state.end, all);
      if (count == 0) {
        return;
      }
      for (int i = 0; i < count; i++) {
        removed.add(all[i]);
      }
      if (count == all.length) {
        long end = state.end.offset();
        LogSegment fresh = roll(end);
        state.writer.release(); // or more is reserved for the one that goes
        state.end = new LogPosition(end, fresh.baseOffset(), 0);
      }
      state.segments.removeFirst(count);
      state.logStartOffset = Math.max(state.logStartOffset, state.segments.first().baseOffset());
      state.changedSinceOpen = true;
    } finally {
      state.appendLock.unlock();
    }
    LOG.info(
        "Deleting {} segments of {} from offset {}, {}; the log starts at {} now",
        removed.size(),
        state.partition,
        removed.getFirst().baseOffset(),
        reason,
        state.logStartOffset);
    state.epochs.truncateFromStart(state.logStartOffset);
    for (LogSegment segment : removed) {
      segment.markDeleted();
    }
    producerRecovery.removeBelow(state.segments.first().baseOffset());
    deleteLater(removed);
  }

  private void deleteLater(List<LogSegment> removed) {
    Runnable delete =
        () -> {
          for (LogSegment segment : removed) {
            try {
              segment.deleteFiles();
            } catch (IOException e) {
              LOG.warn("Cannot delete {}: {}", segment, e.toString());
            }
          }
        };
    var runtime = state.directory.runtime();
    var unused =
        runtime
            .scheduler()
            .schedule(
                () -> runtime.background().execute(delete),
                state.config.fileDeleteDelayMs(),
                TimeUnit.MILLISECONDS);
  }

  // Closing

  /**
   * Cuts and indexes everything, so that the next start needs no recovery. It is for the caller to
   * force the volume afterwards, and to call {@link #forceClosed} if that cannot be done.
   */
  void closeCleanly() throws IOException {
    state.fileLock.lock();
    state.appendLock.lock();
    try {
      if (state.closed) {
        return;
      }
      state.closed = true;
      state.writer.release();
      if (state.changedSinceOpen) {
        state.segments.active().addLastTimeEntry();
        for (LogSegment segment : state.segments.all()) {
          if (!segment.sealed()) {
            segment.seal(false);
          }
        }
        producerRecovery.write(state.end.offset(), state.producers.snapshot(), false);
        state.epochs.writeUnforced();
      }
      for (LogSegment segment : state.segments.all()) {
        segment.closeFiles();
      }
    } finally {
      state.appendLock.unlock();
      state.fileLock.unlock();
    }
  }

  /** Everything of the closed log is on the disk. */
  void closedIsForced() {
    state.recoveryPoint = state.end.offset();
  }

  /** Forces the files of the closed log one by one. */
  void forceClosed() throws IOException {
    if (state.changedSinceOpen) {
      for (LogSegment segment : state.segments.all()) {
        if (segment.baseOffset() + 1 > state.recoveryPoint || segment.size() > 0) {
          segment.forceAll();
        }
      }
      producerRecovery.write(state.end.offset(), state.producers.snapshot(), true);
      state.epochs.writeIfChanged();
      state.folder.forceIfWanted();
    }
    closedIsForced();
  }

  /** Lets everything go without writing anything: for deletion and for an offline directory. */
  void abandon() {
    state.fileLock.lock();
    state.appendLock.lock();
    try {
      state.closed = true;
      state.writer.release();
      for (LogSegment segment : state.segments.all()) {
        segment.closeFiles();
      }
    } finally {
      state.appendLock.unlock();
      state.fileLock.unlock();
    }
  }
}
