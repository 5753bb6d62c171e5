package org.odradek.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.odradek.storage.file.CheckpointFile;
import org.odradek.storage.file.LogFolder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which leader epoch begins at which offset (KIP-101), as in {@code leader-epoch-checkpoint}.
 * Changes are in memory until {@link #writeIfChanged}; recovery finds those not written again, in
 * the batches.
 *
 * <p>Thread-safety: any thread.
 */
final class LeaderEpochs {
  static final String FILE_NAME = "leader-epoch-checkpoint";

  private static final Logger LOG = LoggerFactory.getLogger(LeaderEpochs.class);

  private final LogFolder folder;

  /** Guarded by this: start offsets by epoch; both rise. */
  private final TreeMap<Integer, Long> starts = new TreeMap<>();

  /** The last key of the map, or -1; read without the lock by every append. */
  private volatile int latest = -1;

  /** Whether the disk may have something else after a crash of the system. */
  private volatile boolean changed;

  /** Whether the file has something else; only together with {@link #changed}. */
  private boolean unwritten;

  LeaderEpochs(LogFolder folder) {
    this.folder = folder;
  }

  /** Reads the file; a malformed one counts as empty, with a warning. */
  synchronized void load() {
    starts.clear();
    try {
      for (String line : CheckpointFile.read(file())) {
        String[] fields = line.trim().split("\\s+");
        if (fields.length != 2) {
          throw new IOException("Line '" + line + "' is not 'epoch offset'");
        }
        starts.put(Integer.parseInt(fields[0]), Long.parseLong(fields[1]));
      }
    } catch (IOException | NumberFormatException e) {
      LOG.warn("Ignoring the malformed {}: {}", file(), e.getMessage());
      starts.clear();
    }
    updateLatest();
  }

  private Path file() {
    return folder.resolve(FILE_NAME);
  }

  private void updateLatest() {
    latest = starts.isEmpty() ? -1 : starts.lastKey();
  }

  OptionalInt latestEpoch() {
    int epoch = latest;
    return epoch < 0 ? OptionalInt.empty() : OptionalInt.of(epoch);
  }

  /** Notes that an epoch begins at an offset, unless it is known; cheap when it is the latest. */
  void assign(int epoch, long startOffset) {
    if (epoch > latest) {
      assignNew(epoch, startOffset);
    }
  }

  private synchronized void assignNew(int epoch, long startOffset) {
    if (epoch < 0 || (!starts.isEmpty() && epoch <= starts.lastKey())) {
      return;
    }
    // An epoch that began here, or later, and got no record leaves no trace.
    starts.values().removeIf(start -> start >= startOffset);
    starts.put(epoch, startOffset);
    updateLatest();
    change();
  }

  private void change() {
    changed = true;
    unwritten = true;
  }

  /** Where an epoch ends, as OffsetForLeaderEpoch defines it (KIP-279). */
  synchronized EpochEndOffset endOffset(int epoch, long logEndOffset) {
    if (epoch < 0 || starts.isEmpty()) {
      return EpochEndOffset.UNKNOWN;
    }
    if (epoch == starts.lastKey()) {
      return new EpochEndOffset(epoch, logEndOffset);
    }
    Map.Entry<Integer, Long> higher = starts.higherEntry(epoch);
    if (higher == null) {
      return EpochEndOffset.UNKNOWN;
    }
    Integer floor = starts.floorKey(epoch);
    return new EpochEndOffset(floor == null ? epoch : floor, higher.getValue());
  }

  /** The epoch of an offset; -1 when it is not known. */
  synchronized int epochOf(long offset) {
    int epoch = -1;
    for (Map.Entry<Integer, Long> entry : starts.entrySet()) {
      if (entry.getValue() > offset) {
        break;
      }
      epoch = entry.getKey();
    }
    return epoch;
  }

  /** Forgets epochs that begin at or after the offset: the log was cut there. */
  synchronized void truncateFromEnd(long endOffset) {
    if (starts.values().removeIf(start -> start >= endOffset)) {
      updateLatest();
      change();
    }
  }

  /** Forgets epochs that end at or before the offset; the one that holds it begins there now. */
  synchronized void truncateFromStart(long startOffset) {
    int holding = epochOf(startOffset);
    if (holding < 0) {
      return;
    }
    boolean removed = starts.headMap(holding, false).size() > 0;
    starts.headMap(holding, false).clear();
    if (starts.put(holding, startOffset) != startOffset || removed) {
      change();
    }
  }

  /** Where the first epoch begins; {@link Long#MIN_VALUE} if there is none. */
  synchronized long firstStart() {
    return starts.isEmpty() ? Long.MIN_VALUE : starts.firstEntry().getValue();
  }

  /** Takes in epochs before the first one, and an earlier start of that; others are left out. */
  synchronized void beginWith(TreeMap<Integer, Long> earlier) {
    if (starts.isEmpty()) {
      return;
    }
    Map<Integer, Long> fitting = earlier.headMap(starts.firstKey(), true);
    if (!fitting.isEmpty()) {
      starts.putAll(fitting);
      change();
    }
  }

  synchronized void clear() {
    if (!starts.isEmpty()) {
      change();
    }
    starts.clear();
    updateLatest();
  }

  /** Writes the file when something changed since the last time. May wait for the disk. */
  void writeIfChanged() throws IOException {
    if (changed) {
      write();
    }
  }

  /**
   * Writes the file, but leaves it to the next {@link #writeIfChanged} to force it to the disk:
   * until then recovery would find the epoch in its batches again, if there are any.
   */
  synchronized void writeUnforced() throws IOException {
    if (unwritten) {
      folder.inPlace(() -> {
        CheckpointFile.writeUnforced(file(), lines());
        return true;
      });
      unwritten = false;
    }
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>(starts.size());
    starts.forEach((epoch, start) -> lines.add(epoch + " " + start));
    return lines;
  }

  private synchronized void write() throws IOException {
    changed = false;
    try {
      folder.inPlace(() -> {
        CheckpointFile.write(file(), lines());
        return true;
      });
      unwritten = false;
    } catch (IOException e) {
      changed = true;
      throw e;
    }
  }
}
