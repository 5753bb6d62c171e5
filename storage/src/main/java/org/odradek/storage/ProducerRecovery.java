package org.odradek.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.record.CorruptRecordsException;
import org.odradek.storage.file.DataFile;
import org.odradek.storage.file.DurableFiles;
import org.odradek.storage.file.FileKind;
import org.odradek.storage.producer.ProducerStates;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Producer snapshots on the disk, and the state of the producers rebuilt from them and the batches
 * after them.
 *
 * <p>Thread-safety: under the log's file lock and append lock, or while the log is opened.
 */
final class ProducerRecovery {
  private static final Logger LOG = LoggerFactory.getLogger(ProducerRecovery.class);

  /** So much before a snapshot is looked at: enough for what producers have in flight. */
  private static final int RECALLED_BYTES = 256 << 10;

  /** What is done with the batch that a scan is at. */
  private interface Noting {
    void note(SegmentScanner scanner) throws IOException;
  }

  private final LogState state;

  ProducerRecovery(LogState state) {
    this.state = state;
  }

  /** The offsets of the snapshots in the folder. */
  TreeSet<Long> snapshots() throws IOException {
    TreeSet<Long> offsets = new TreeSet<>();
    try (Stream<Path> files = Files.list(state.folder.path())) {
      files.forEach(file -> {
        long offset = FileKind.PRODUCER_SNAPSHOT.offsetOf(file.getFileName().toString());
        if (offset >= 0) {
          offsets.add(offset);
        }
      });
    }
    return offsets;
  }

  private Path file(long offset) {
    return state.folder.resolve(FileKind.PRODUCER_SNAPSHOT.fileName(offset));
  }

  /**
   * Restores the newest good snapshot at or below an offset; bad ones are removed.
   *
   * @return its offset; -1 when there is none, and the state is empty
   */
  long restore(TreeSet<Long> snapshots, long atMost) throws IOException {
    state.producers.clear();
    for (Long offset : snapshots.headSet(atMost, true).descendingSet()) {
      try {
        state.producers.restore(ByteBuffer.wrap(Files.readAllBytes(file(offset))));
      } catch (NoSuchFileException e) {
        continue;
      } catch (CorruptRecordsException e) {
        LOG.warn("Removing the producer snapshot {}: {}", file(offset), e.getMessage());
        Files.deleteIfExists(file(offset));
        continue;
      }
      recall(offset);
      return offset;
    }
    return -1;
  }

  /**
   * A snapshot has the last batch of each producer only, and producers may send again what is
   * older. So what comes right before the snapshot is looked at as well.
   */
  private void recall(long snapshotOffset) throws IOException {
    LogSegment[] segments = state.segments.all();
    int at = SegmentList.floorIndex(segments, snapshotOffset - 1);
    if (state.producers.size() == 0 || at < 0 || segments[at].size() == 0) {
      return;
    }
    LogSegment segment = segments[at];
    long located = segment.locate(snapshotOffset, segment.size());
    int end = located < 0 ? segment.size() : (int) (located >> 32);
    long from =
        end <= RECALLED_BYTES
            ? segment.baseOffset()
            : segment.offsetIndex().offsetAtOrAfter(end - RECALLED_BYTES);
    var tail = new ProducerStates(state.partition);
    scan(
        segment,
        from,
        snapshotOffset,
        scanner -> {
          if (!scanner.isControl()) {
            tail.appended(scanner.header(), 0, scanner.baseOffset());
          }
        });
    state.producers.recall(tail);
  }

  /** Brings the state to what it was when the log ended at {@code to}. */
  void rebuild(long to) throws IOException {
    long from = Math.max(restore(snapshots(), to), state.segments.first().baseOffset());
    LogSegment[] segments = state.segments.all();
    for (int i = Math.max(0, SegmentList.floorIndex(segments, from)); i < segments.length; i++) {
      replay(segments[i], from, to);
    }
    state.transactionsChanged();
  }

  /** Notes the batches of a segment from one offset to another. */
  void replay(LogSegment segment, long from, long to) throws IOException {
    scan(segment, from, to, this::note);
  }

  /** Goes over the batches with a producer id that begin from one offset to another. */
  private void scan(LogSegment segment, long from, long to, Noting noting) throws IOException {
    if (segment.baseOffset() >= to || segment.size() == 0) {
      return;
    }
    long located = segment.locate(from, segment.size());
    if (located < 0) {
      return;
    }
    DataFile.Handle handle = segment.log().acquire();
    try {
      var scanner =
          new SegmentScanner(
              handle.channel(), (int) (located >> 32), segment.size(), 64 << 10, false);
      while (scanner.next() && scanner.baseOffset() < to) {
        if (scanner.hasProducerId() && scanner.baseOffset() >= from) {
          noting.note(scanner);
        }
      }
    } finally {
      handle.release();
    }
  }

  /**
   * Notes the batch a scan is at.
   *
   * @return the transaction it aborts; null for none
   */
  @Nullable AbortedTransaction note(SegmentScanner scanner) throws IOException {
    ByteBuffer batch = scanner.isControl() ? scanner.wholeBatch() : scanner.header();
    try {
      return state.producers.appended(batch, 0, scanner.baseOffset());
    } catch (CorruptRecordsException e) {
      // Readers will meet it as well; all else of the log is as good as ever.
      LOG.warn(
          "The control batch of {} at offset {} cannot be read, and its transaction stays"
              + " undecided: {}",
          state.partition,
          scanner.baseOffset(),
          e.getMessage());
      return null;
    }
  }

  /** Writes the snapshot of an offset; it reaches the disk with the next force of the folder. */
  void write(long offset, ByteBuffer content, boolean force) throws IOException {
    if (force) {
      DurableFiles.replace(file(offset), content);
    } else {
      DurableFiles.replaceWithoutForce(file(offset), content);
      state.folder.entriesChanged();
    }
  }

  /** Removes snapshots above an offset: the log was cut there. */
  void removeAbove(long offset) throws IOException {
    for (Long each : snapshots().tailSet(offset, false)) {
      Files.deleteIfExists(file(each));
    }
  }

  /** Removes snapshots below an offset, but for the newest of all. */
  void removeBelow(long offset) throws IOException {
    TreeSet<Long> all = snapshots();
    for (Long each : all.headSet(offset, false)) {
      if (!each.equals(all.last())) {
        Files.deleteIfExists(file(each));
      }
    }
  }
}
