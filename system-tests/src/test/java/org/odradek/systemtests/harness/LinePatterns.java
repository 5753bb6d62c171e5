package org.odradek.systemtests.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Expected lines with places for what differs from run to run: {@code <id>} a topic or cluster id,
 * {@code <member>} a member id, {@code <number>}, {@code <time>} a date with time, {@code <any>}
 * anything; a line {@code <...>} any number of lines; and variables as {@code $BOOTSTRAP}. Blanks
 * at the end of a line do not count.
 */
final class LinePatterns {
  private static final Map<String, String> PLACES =
      Map.of(
          "<id>", "[A-Za-z0-9_-]{22}",
          "<member>", "\\S+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
          "<number>", "-?[0-9]+(\\.[0-9]+)?",
          "<time>", "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.,]+(\\+0000|Z)?",
          "<any>", ".*");
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
        && line(expected.get(e), variables).matcher(actual.get(a)).matches()
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
      Pattern pattern = line(one, variables);
      int found = -1;
      for (int i = 0; i < left.size() && found < 0; i++) {
        found = pattern.matcher(left.get(i)).matches() ? i : -1;
      }
      if (found < 0) {
        return false;
      }
      left.remove(found);
    }
    return others || left.isEmpty();
  }

  private static Pattern line(String expected, Map<String, String> variables) {
    String text = expected.stripTrailing();
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      text = text.replace("$" + variable.getKey(), variable.getValue());
    }
    var regex = new StringBuilder();
    int at = 0;
    while (at < text.length()) {
      String place = placeAt(text, at);
      if (place.isEmpty()) {
        regex.append(Pattern.quote(text.substring(at, at + 1)));
        at++;
      } else {
        regex.append(PLACES.get(place));
        at += place.length();
      }
    }
    return Pattern.compile(regex.append("\\s*").toString());
  }

  private static String placeAt(String text, int at) {
    for (String place : PLACES.keySet()) {
      if (text.startsWith(place, at)) {
        return place;
      }
    }
    return "";
  }
}
