package org.odradek.broker.reassignment;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.odradek.protocol.TopicPartition;

/**
 * How far reassignments have come and how long they will take, from the sizes that replicas have at
 * points in time.
 *
 * <p>What is left is what the leaders have and the new replicas have not. The time for it follows
 * from how fast it is copied and how fast the leaders grow meanwhile, both weighted exponentially
 * over about the last half minute. Not thread-safe; time is handed in.
 */
final class ReassignmentEstimate {
  private static final double MEMORY_MS = 30_000;
  private static final double MS_PER_SECOND = 1_000;

  /** A replica that a reassignment adds. */
  record Replica(TopicPartition partition, int brokerId) {}

  /** What it has already, and what it has to get to, in bytes. */
  record Size(long bytes, long leaderBytes) {
    long leftBytes() {
      return Math.max(0, leaderBytes - bytes);
    }
  }

  /**
   * The picture after an observation.
   *
   * @param replicas that still are to catch up
   * @param unknown of these, those whose size was never told
   * @param bytesLeft what they are behind, as far as it is known
   * @param bytesCopied since the first observation
   * @param bytesPerSecond copied, over the last half minute; 0 before the second observation
   * @param secondsLeft empty while it is not known, and when the leaders grow faster than they are
   *     copied
   * @param elapsedMs since the first observation
   */
  record View(
      int replicas,
      int unknown,
      long bytesLeft,
      long bytesCopied,
      long bytesPerSecond,
      OptionalLong secondsLeft,
      long elapsedMs) {}

  private final Map<Replica, Size> last = new HashMap<>();
  private boolean isStarted;
  private long firstMs;
  private long lastMs;
  private long copiedBytes;

  /** Decaying sums: of the time observed, and of what was copied and added in it. */
  private double weightMs;

  private double copied;
  private double grown;

  /**
   * Takes an observation.
   *
   * @param nowMs from a clock that does not go back
   * @param running all replicas that are to catch up
   * @param sizes of those of them that could be asked for
   * @param isInPlace whether a replica that is not to catch up any more has done so, rather than
   *     been given up
   */
  View observe(
      long nowMs, Set<Replica> running, Map<Replica, Size> sizes, Predicate<Replica> isInPlace) {
    long copiedNow = 0;
    long grownNow = 0;
    Iterator<Map.Entry<Replica, Size>> known = last.entrySet().iterator();
    while (known.hasNext()) {
      Map.Entry<Replica, Size> entry = known.next();
      Size before = entry.getValue();
      if (!running.contains(entry.getKey())) {
        copiedNow += isInPlace.test(entry.getKey()) ? before.leftBytes() : 0;
        known.remove();
        continue;
      }
      Size now = sizes.get(entry.getKey());
      if (now != null) {
        copiedNow += Math.max(0, now.bytes() - before.bytes());
        grownNow += Math.max(0, now.leaderBytes() - before.leaderBytes());
      }
    }
    sizes.forEach((replica, size) -> {
      if (running.contains(replica)) {
        last.put(replica, size);
      }
    });
    advance(nowMs, copiedNow, grownNow);
    return view(running);
  }

  private void advance(long nowMs, long copiedNow, long grownNow) {
    if (!isStarted) {
      isStarted = true;
      firstMs = nowMs;
      lastMs = nowMs;
      return;
    }
    copiedBytes += copiedNow;
    long passedMs = Math.max(0, nowMs - lastMs);
    lastMs = nowMs;
    double kept = Math.exp(-passedMs / MEMORY_MS);
    weightMs = weightMs * kept + passedMs;
    copied = copied * kept + copiedNow;
    grown = grown * kept + grownNow;
  }

  private View view(Set<Replica> running) {
    long left = last.values().stream().mapToLong(Size::leftBytes).sum();
    double copiedPerMs = weightMs == 0 ? 0 : copied / weightMs;
    double grownPerMs = weightMs == 0 ? 0 : grown / weightMs;
    double gainedPerMs = copiedPerMs - grownPerMs;
    OptionalLong secondsLeft = OptionalLong.empty();
    if (left == 0 && running.size() == last.size()) {
      secondsLeft = OptionalLong.of(0);
    } else if (gainedPerMs > 0) {
      secondsLeft = OptionalLong.of((long) Math.ceil(left / gainedPerMs / MS_PER_SECOND));
    }
    return new View(
        running.size(),
        running.size() - last.size(),
        left,
        copiedBytes,
        Math.round(copiedPerMs * MS_PER_SECOND),
        secondsLeft,
        lastMs - firstMs);
  }
}
