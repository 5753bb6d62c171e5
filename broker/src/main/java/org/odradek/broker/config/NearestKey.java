package org.odradek.broker.config;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Finds the key that somebody most likely meant. */
final class NearestKey {
  private NearestKey() {}

  /** The known key with the fewest edits from {@code name}; null when none is at all near. */
  static @Nullable String of(String name, KeyTable table) {
    String nearest = null;
    int fewest = Math.max(2, name.length() / 3) + 1;
    for (KeyDefinition definition : table.definitions()) {
      int edits = distance(name, definition.name(), fewest);
      if (edits < fewest) {
        fewest = edits;
        nearest = definition.name();
      }
    }
    return nearest;
  }

  /** Levenshtein distance; anything not below {@code limit} may come back as {@code limit}. */
  static int distance(String left, String right, int limit) {
    if (Math.abs(left.length() - right.length()) >= limit) {
      return limit;
    }
    int[] previous = new int[right.length() + 1];
    Arrays.setAll(previous, i -> i);
    int[] current = new int[right.length() + 1];
    for (int i = 1; i <= left.length(); i++) {
      current[0] = i;
      int best = i;
      for (int j = 1; j <= right.length(); j++) {
        int substituted = previous[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substituted, Math.min(previous[j], current[j - 1]) + 1);
        best = Math.min(best, current[j]);
      }
      if (best >= limit) {
        return limit;
      }
      int[] swap = previous;
      previous = current;
      current = swap;
    }
    return Math.min(previous[right.length()], limit);
  }
}
