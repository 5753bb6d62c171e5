package org.odradek.broker.quota;

import java.util.HashSet;
import java.util.Set;

/**
 * Which replicas of a topic on one broker are throttled: the value of {@code
 * leader.replication.throttled.replicas} or {@code follower.replication.throttled.replicas}, {@code
 * *} or {@code partition:broker,…} (KIP-73).
 *
 * <p>Thread-safety: immutable.
 */
record ThrottledReplicas(boolean all, Set<Integer> partitions) {
  static final ThrottledReplicas NONE = new ThrottledReplicas(false, Set.of());

  /** What is malformed in the text is passed over: it was checked when it was set. */
  static ThrottledReplicas parse(String text, int brokerId) {
    Set<Integer> partitions = new HashSet<>();
    for (String item : text.split(",", -1)) {
      String trimmed = item.trim();
      if (trimmed.equals("*")) {
        return new ThrottledReplicas(true, Set.of());
      }
      int colon = trimmed.indexOf(':');
      if (colon > 0) {
        try {
          if (Integer.parseInt(trimmed.substring(colon + 1).trim()) == brokerId) {
            partitions.add(Integer.parseInt(trimmed.substring(0, colon).trim()));
          }
        } catch (NumberFormatException e) {
          continue; // not one of ours to read
        }
      }
    }
    return partitions.isEmpty() ? NONE : new ThrottledReplicas(false, Set.copyOf(partitions));
  }

  boolean contains(int partition) {
    return all || partitions.contains(partition);
  }
}
