package org.odradek.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.odradek.storage.file.DataFile;
import org.odradek.storage.file.FileKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the log in a folder, whoever wrote it last: this broker or Kafka, stopped or killed. After
 * a clean stop only the tail is looked at; else everything from the segment of the recovery point
 * on is read, checked, cut at the first batch that does not hold, and indexed again.
 *
 * <p>Thread-safety: confined to one thread, before anyone else sees the log.
 */
final class LogLoader {
  private static final Logger LOG = LoggerFactory.getLogger(LogLoader.class);
  private static final int TAIL_CHUNK_BYTES = 64 << 10;
  private static final int KEPT_BLANK_MAX_BYTES = 1 << 20;

  private final LogState state;
  private final ProducerRecovery producerRecovery;
  private final Set<String> files = new HashSet<>();

  /** What was found of each segment: base offset to file length. */
  private final TreeMap<Long, Long> found = new TreeMap<>();

  LogLoader(LogState state, ProducerRecovery producerRecovery) {
    this.state = state;
    this.producerRecovery = producerRecovery;
  }

  /**
   * @param clean whether the directory was stopped cleanly
   * @param recoveryPoint from the checkpoint, or 0
   * @param logStart from the checkpoint, or 0
   * @param highWatermark from the checkpoint, or 0
   */
  void load(boolean clean, long recoveryPoint, long logStart, long highWatermark)
      throws IOException {
    listFiles();
    openSegments(logStart);
    long first = state.segments.first().baseOffset();
    state.logStartOffset = Math.max(logStart, first);
    state.epochs.load();
    boolean intact = clean && tailIsIntact();
    if (!intact) {
      recover(clean ? state.segments.active().baseOffset() : first, recoveryPoint);
    }
    LogPosition end = state.end;
    if (intact) {
      state.recoveryPoint = end.offset();
    }
    state.epochs.truncateFromEnd(end.offset());
    if (!intact && state.epochs.firstStart() > state.logStartOffset) {
      findEpochsBefore(state.epochs.firstStart());
    }
    state.epochs.truncateFromStart(state.logStartOffset);
    state.highWatermarkIs(highWatermark);
    for (LogSegment segment : state.segments.all()) {
      segment.closeFiles();
    }
  }

  private void listFiles() throws IOException {
    try (Stream<Path> listed = Files.list(state.folder.path())) {
      for (Path file : (Iterable<Path>) listed::iterator) {
        String name = file.getFileName().toString();
        if (name.endsWith(".deleted") || name.endsWith(".cleaned") || name.endsWith(".tmp")) {
          Files.deleteIfExists(file);
        } else {
          files.add(name);
        }
      }
    }
    completeSwaps();
    for (String name : files) {
      long base = FileKind.LOG.offsetOf(name);
      if (base >= 0) {
        found.put(base, Files.size(state.folder.resolve(name)));
      }
    }
  }

  /**
   * A cleaner had written the replacement of some segments completely, and was about to put it in
   * their place.
   */
  private void completeSwaps() throws IOException {
    for (String name : Set.copyOf(files)) {
      if (!name.endsWith(".swap")) {
        continue;
      }
      Path swap = state.folder.resolve(name);
      String target = name.substring(0, name.length() - ".swap".length());
      long base = FileKind.LOG.offsetOf(target);
      files.remove(name);
      if (base < 0) {
        // Indexes are built again.
        Files.deleteIfExists(swap);
        continue;
      }
      long last = lastOffsetIn(swap);
      for (String other : Set.copyOf(files)) {
        long otherBase = segmentFileOffset(other);
        if (otherBase >= base && otherBase <= last || otherBase == base) {
          Files.deleteIfExists(state.folder.resolve(other));
          files.remove(other);
        }
      }
      Files.move(swap, state.folder.resolve(target));
      state.folder.entriesChanged();
      files.add(target);
      LOG.info("Completed the swap of {} in {}", target, state.folder.path());
    }
  }

  private static long segmentFileOffset(String name) {
    for (FileKind kind :
        new FileKind[] {
          FileKind.LOG, FileKind.OFFSET_INDEX, FileKind.TIME_INDEX, FileKind.TRANSACTION_INDEX
        }) {
      long offset = kind.offsetOf(name);
      if (offset >= 0) {
        return offset;
      }
    }
    return -1;
  }

  private static long lastOffsetIn(Path log) throws IOException {
    long last = -1;
    try (var channel = FileChannel.open(log)) {
      var scanner = new SegmentScanner(channel, 0, channel.size(), TAIL_CHUNK_BYTES, false);
      while (scanner.next()) {
        last = scanner.lastOffset();
      }
    }
    return last;
  }

  private void openSegments(long logStart) throws IOException {
    if (found.isEmpty()) {
      LogSegment fresh = state.newSegment(logStart);
      fresh.create();
      state.segments.add(fresh);
      state.endIs(new LogPosition(logStart, logStart, 0));
      state.changedSinceOpen = true;
      return;
    }
    for (Map.Entry<Long, Long> each : found.entrySet()) {
      long base = each.getKey();
      LogSegment segment = state.newSegment(base);
      segment.opened((int) Math.min(each.getValue(), Integer.MAX_VALUE), true);
      if (!files.contains(FileKind.TRANSACTION_INDEX.fileName(base))) {
        segment.transactionIndex().fresh();
      }
      state.segments.add(segment);
    }
  }

  /**
   * Whether indexes are there and the last segment ends with whole batches; sets the log end and
   * the producers if so.
   */
  private boolean tailIsIntact() throws IOException {
    for (LogSegment segment : state.segments.all()) {
      if (segment.size() > 0 && !indexesAreThere(segment)) {
        LOG.warn("Indexes of {} are missing or implausible: the log is recovered", segment);
        return rebuildIndexes(segment) && tailIsIntact();
      }
    }
    LogSegment active = state.segments.active();
    long next = active.baseOffset();
    if (active.size() > 0) {
      next = endByTail(active);
      if (next < 0) {
        return false;
      }
    }
    state.endIs(new LogPosition(next, active.baseOffset(), active.size()));
    if (state.logStartOffset > next) {
      return false;
    }
    restoreProducers(next);
    return true;
  }

  /**
   * The offset after the last batch of a segment, looking at what is behind its last index entry
   * only; -1 when the file does not end with a whole batch.
   */
  private static long endByTail(LogSegment segment) throws IOException {
    DataFile.Handle handle = segment.log().acquire();
    try {
      int start = segment.offsetIndex().lastPositionBelow(segment.size());
      var scanner =
          new SegmentScanner(handle.channel(), start, segment.size(), TAIL_CHUNK_BYTES, true);
      long next = segment.baseOffset();
      while (scanner.next()) {
        next = scanner.lastOffset() + 1;
      }
      if (scanner.position() == segment.size()) {
        return next;
      }
      LOG.warn(
          "{} ends at {} of {} bytes ({}): it is recovered",
          segment,
          scanner.position(),
          segment.size(),
          scanner.stopReason());
      return -1;
    } finally {
      handle.release();
    }
  }

  private boolean indexesAreThere(LogSegment segment) throws IOException {
    boolean last = segment == state.segments.active();
    return files.contains(FileKind.OFFSET_INDEX.fileName(segment.baseOffset()))
        && files.contains(FileKind.TIME_INDEX.fileName(segment.baseOffset()))
        && (!files.contains(FileKind.TRANSACTION_INDEX.fileName(segment.baseOffset()))
            || segment.transactionIndex().plausible())
        && (!last
            || (segment.offsetIndex().plausible(segment.size())
                && segment.timeIndex().plausible()));
  }

  /** Builds the indexes of a segment again; false when it does not hold. */
  private boolean rebuildIndexes(LogSegment segment) throws IOException {
    int before = segment.size();
    LogSegment[] all = state.segments.all();
    // Which transactions a marker aborts is known from what is before the segment.
    restoreProducersBefore(all, SegmentList.floorIndex(all, segment.baseOffset()));
    scanWhole(segment, false);
    files.add(FileKind.OFFSET_INDEX.fileName(segment.baseOffset()));
    files.add(FileKind.TIME_INDEX.fileName(segment.baseOffset()));
    segment.addLastTimeEntry();
    // No flush looks at what is below the recovery point.
    segment.seal(true);
    state.producers.clear();
    return segment.size() == before;
  }

  private void restoreProducers(long end) throws IOException {
    var snapshots = producerRecovery.snapshots();
    if (snapshots.isEmpty()) {
      // Kafka before it knew snapshots; after a clean stop there was nothing to remember.
      return;
    }
    if (snapshots.last() > end) {
      producerRecovery.removeAbove(end);
    }
    producerRecovery.rebuild(end);
  }

  // Recovery

  private void recover(long atLeastFrom, long recoveryPoint) throws IOException {
    LogSegment[] all = state.segments.all();
    long startedMs = state.directory.nowMs();
    int first = firstToRecover(all, Math.max(atLeastFrom, recoveryPoint - 1));
    for (int i = 0; i < first; i++) {
      if (all[i].size() > 0 && !indexesAreThere(all[i])) {
        rebuildIndexes(all[i]);
      }
    }
    restoreProducersBefore(all, first);
    // Indexes built here are to be forced before they count as safe.
    state.recoveryPoint = Math.min(recoveryPoint, all[first].baseOffset());
    long next = all[first].baseOffset();
    int last = first;
    for (int i = first; i < all.length; i++) {
      long length = all[i].log().length();
      all[i].opened((int) Math.min(length, Integer.MAX_VALUE), false);
      next = scanWhole(all[i], true);
      last = i;
      boolean cut = all[i].size() < length;
      if (cut
          && i == all.length - 1
          && length - all[i].size() <= KEPT_BLANK_MAX_BYTES
          && all[i].isBlankUpTo(length)) {
        // An idle log gives them back later, as those that it reserved itself: cutting each of
        // many logs takes most of the time until all of them can be written to again.
        state.writer.goOnIn(all[i], length);
      } else if (cut) {
        LOG.info("Cutting {} from {} bytes to what holds", all[i], length);
        all[i].cutFile();
      }
      // What is below the recovery point was on the disk: a gap before it is the leader's.
      if (cut
          && i + 1 < all.length
          && all[i + 1].baseOffset() != next
          && all[i + 1].baseOffset() >= recoveryPoint) {
        break;
      }
    }
    state.segments.keepFirst(last + 1);
    for (int i = last + 1; i < all.length; i++) {
      LOG.warn("Removing {}, which follows what does not hold", all[i]);
      all[i].deleteFiles();
    }
    finishRecovery(next, first, startedMs);
  }

  /**
   * Where recovery begins: at the segment of the last forced offset. The recovery point itself may
   * be the base of the next one, while the one before was forced but never cut or indexed. And at
   * an earlier one when that does not end with a whole batch.
   */
  private static int firstToRecover(LogSegment[] all, long lastForced) throws IOException {
    int floor = Math.max(0, SegmentList.floorIndex(all, lastForced));
    for (int i = 0; i < floor; i++) {
      if (all[i].size() > 0 && endByTail(all[i]) < 0) {
        return i;
      }
    }
    return floor;
  }

  private void finishRecovery(long next, int first, long startedMs) throws IOException {
    LogSegment active = state.segments.active();
    for (LogSegment segment : state.segments.all()) {
      if (segment != active && !segment.sealed()) {
        segment.addLastTimeEntry();
        segment.seal(false);
      }
    }
    state.changedSinceOpen = true;
    state.endIs(new LogPosition(next, active.baseOffset(), active.size()));
    if (state.logStartOffset > next) {
      startOver(state.logStartOffset);
    }
    long end = state.end.offset();
    producerRecovery.removeAbove(end);
    producerRecovery.write(end, state.producers.snapshot(), false);
    state.segments.active().spillIndexes();
    LOG.info(
        "Recovered {} from segment {} on in {} ms: offsets {} to {}",
        state.partition,
        state.segments.all()[Math.min(first, state.segments.count() - 1)].baseOffset(),
        state.directory.nowMs() - startedMs,
        state.logStartOffset,
        end);
  }

  /** All that was left is below the log start offset: the log is empty from there on. */
  private void startOver(long offset) throws IOException {
    for (LogSegment segment : state.segments.all()) {
      segment.deleteFiles();
    }
    LogSegment fresh = state.newSegment(offset);
    fresh.create();
    state.segments.replaceAll(List.of(fresh));
    state.endIs(new LogPosition(offset, offset, 0));
  }

  private void restoreProducersBefore(LogSegment[] all, int first) throws IOException {
    long base = all[first].baseOffset();
    long from = producerRecovery.restore(producerRecovery.snapshots(), base);
    for (int i = 0; i < first; i++) {
      long nextBase = all[i + 1].baseOffset();
      if (nextBase > from) {
        producerRecovery.replay(all[i], Math.max(from, all[i].baseOffset()), base);
      }
    }
  }

  /**
   * Reads a segment whole, checks it, indexes it, and notes producers; its size is what holds.
   *
   * @return the offset after its last batch
   */
  private long scanWhole(LogSegment segment, boolean notesEpochs) throws IOException {
    segment.clearIndexes();
    long next = segment.baseOffset();
    DataFile.Handle handle = segment.log().acquire();
    try {
      int length = (int) Math.min(handle.channel().size(), Integer.MAX_VALUE);
      var scanner =
          new SegmentScanner(
              handle.channel(), 0, length, SegmentScanner.RECOVERY_CHUNK_BYTES, true);
      int valid = 0;
      while (scanner.next()) {
        long last = scanner.lastOffset();
        if (scanner.baseOffset() < next || last - segment.baseOffset() > Integer.MAX_VALUE) {
          LOG.warn(
              "{} has a batch from offset {} at {}, expected at least {}",
              segment,
              scanner.baseOffset(),
              scanner.position(),
              next);
          break;
        }
        segment.appended(
            scanner.position(),
            scanner.sizeInBytes(),
            last,
            scanner.maxTimestamp(),
            state.config.indexIntervalBytes());
        if (notesEpochs) {
          state.epochs.assign(scanner.partitionLeaderEpoch(), scanner.baseOffset());
        }
        noteProducer(segment, scanner);
        next = last + 1;
        valid = scanner.position() + scanner.sizeInBytes();
      }
      if (valid < length && !scanner.isAtBlank()) {
        LOG.info(
            "{} holds up to {} of {} bytes ({})", segment, valid, length, scanner.stopReason());
      }
      segment.opened(valid, false);
      return next;
    } finally {
      handle.release();
    }
  }

  /**
   * Reads the epochs of the log's beginning in its batches, where they are not known: when records
   * were deleted, the epochs may have been written, but not the log start offset, and the records
   * are there again. A leader that does not know their epochs would take a log for its own that has
   * others there, and its follower could not go on from the middle of a batch.
   *
   * @param knownFrom where the first known epoch begins; below are only records without epochs if
   *     the log was begun in an older format
   */
  private void findEpochsBefore(long knownFrom) throws IOException {
    TreeMap<Integer, Long> starts = new TreeMap<>();
    for (LogSegment segment : state.segments.all()) {
      if (segment.baseOffset() >= knownFrom) {
        break;
      }
      DataFile.Handle handle = segment.log().acquire();
      try {
        var scanner =
            new SegmentScanner(handle.channel(), 0, segment.size(), TAIL_CHUNK_BYTES, false);
        while (scanner.next() && scanner.baseOffset() < knownFrom) {
          int epoch = scanner.partitionLeaderEpoch();
          if (epoch < 0) {
            return;
          }
          if (scanner.lastOffset() >= state.logStartOffset) {
            starts.putIfAbsent(epoch, scanner.baseOffset());
          }
        }
      } finally {
        handle.release();
      }
    }
    state.epochs.beginWith(starts);
  }

  private void noteProducer(LogSegment segment, SegmentScanner scanner) throws IOException {
    if (scanner.hasProducerId()) {
      AbortedTransaction aborted = producerRecovery.note(scanner);
      if (aborted != null) {
        segment.transactionIndex().append(aborted);
      }
    }
  }
}
