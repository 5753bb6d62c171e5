package org.odradek.systemtests.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Expected lines, each a {@link LinePattern}; a line {@code <...>} stands for any number of lines.
 */
final class LinePatterns {
  private static final String LINES = "<...>";

  private LinePatterns() {}

  /** Whether the lines are those expected, in that order or, with {@code anyOrder}, in any. */
  static boolean matches(
      List<String> expected, List<String> actual, boolean anyOrder, Map<String, String> variables) {
    return anyOrder
        ? matchesInAnyOrder(expected, actual, variables)
        : matchesFrom(expected, 0, actual, 0, variables);
  }

  private static boolean matchesFrom(
      List<String> expected, int e, List<String> actual, int a, Map<String, String> variables) {
    if (e == expected.size()) {
      return a == actual.size();
    }
    if (expected.get(e).equals(LINES)) {
      for (int skip = a; skip <= actual.size(); skip++) {
        if (matchesFrom(expected, e + 1, actual, skip, variables)) {
          return true;
        }
      }
      return false;
    }
    return a < actual.size()
        && LinePattern.of(expected.get(e), variables).matches(actual.get(a))
        && matchesFrom(expected, e + 1, actual, a + 1, variables);
  }

  private static boolean matchesInAnyOrder(
      List<String> expected, List<String> actual, Map<String, String> variables) {
    var left = new ArrayList<>(actual);
    boolean others = false;
    for (String one : expected) {
      if (one.equals(LINES)) {
        others = true;
        continue;
      }
      LinePattern pattern = LinePattern.of(one, variables);
      int found = -1;
      for (int i = 0; i < left.size() && found < 0; i++) {
        found = pattern.matches(left.get(i)) ? i : -1;
      }
      if (found < 0) {
        return false;
      }
      left.remove(found);
    }
    return others || left.isEmpty();
  }
}
