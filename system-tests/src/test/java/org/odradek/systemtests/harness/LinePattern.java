package org.odradek.systemtests.harness;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One expected line with places for what differs from run to run.
 *
 * <p>{@code <id>} is a topic or cluster id, {@code <member>} a member id, {@code <number>}, {@code
 * <time>} a date with time, {@code <any>} anything. For what a cluster decides by chance or by
 * timing there are {@code <replicas:3>} (three different broker ids), {@code <isr>} (the replicas
 * of this line in any order), {@code <isr-without:0>} (the same without broker 0), {@code
 * <isr:1,2>} (these ids in any order), {@code <preferred>} (the first of the replicas of this line)
 * and {@code <leader>} (one of the in-sync replicas of this line). Blanks at the end of a line do
 * not count.
 */
final class LinePattern {
  private static final Map<String, String> PLACES =
      Map.of(
          "id", "[A-Za-z0-9_-]{22}",
          "member", "\\S+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
          "number", "-?[0-9]+(\\.[0-9]+)?",
          "time", "[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9:.,]+(\\+0000|Z)?",
          "any", ".*");
  private static final String IDS = "[0-9]+(?:,[0-9]+)*";
  private static final Pattern PLACE =
      Pattern.compile(
          "<(?:(?<plain>id|member|number|time|any)|(?<cluster>leader|preferred|"
              + "replicas:(?<count>[0-9]+)|isr(?:-without:(?<without>"
              + IDS
              + ")|:(?<wanted>"
              + IDS
              + "))?))>");

  private final Pattern regex;
  private final List<Predicate<Matcher>> checks = new ArrayList<>();

  private LinePattern(String expected) {
    var text = new StringBuilder();
    Matcher place = PLACE.matcher(expected);
    int at = 0;
    while (place.find()) {
      text.append(Pattern.quote(expected.substring(at, place.start())));
      String plain = place.group("plain");
      text.append(plain == null ? clusterPlace(place) : PLACES.get(plain));
      at = place.end();
    }
    text.append(Pattern.quote(expected.substring(at)));
    regex = Pattern.compile(text.append("\\s*").toString());
  }

  /** The line, with {@code variables} such as BOOTSTRAP put in where it says $BOOTSTRAP. */
  static LinePattern of(String expected, Map<String, String> variables) {
    String text = expected.stripTrailing();
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      text = text.replace("$" + variable.getKey(), variable.getValue());
    }
    return new LinePattern(text);
  }

  boolean matches(String line) {
    Matcher matcher = regex.matcher(line);
    return matcher.matches() && checks.stream().allMatch(check -> check.test(matcher));
  }

  private String clusterPlace(Matcher place) {
    String kind = place.group("cluster");
    if (kind.equals("leader")) {
      checks.add(line -> ids(line, "isr").contains(line.group("leader")));
      return "(?<leader>[0-9]+)";
    }
    if (kind.equals("preferred")) {
      checks.add(line -> (line.group("replicas") + ",").startsWith(line.group("preferred") + ","));
      return "(?<preferred>[0-9]+)";
    }
    if (kind.startsWith("replicas")) {
      int count = Integer.parseInt(place.group("count"));
      checks.add(line -> ids(line, "replicas").size() == count);
      return "(?<replicas>[0-9]+(?:,[0-9]+){" + (count - 1) + "})";
    }
    String wanted = place.group("wanted");
    String without = place.group("without");
    checks.add(line -> {
      Set<String> ids = wanted == null ? ids(line, "replicas") : ids(wanted);
      if (without != null) {
        ids.removeAll(ids(without));
      }
      return isPermutation(line.group("isr"), ids);
    });
    return "(?<isr>" + IDS + ")";
  }

  private static boolean isPermutation(String found, Set<String> wanted) {
    return found.split(",").length == wanted.size() && ids(found).equals(wanted);
  }

  private static Set<String> ids(Matcher line, String group) {
    return ids(line.group(group));
  }

  private static Set<String> ids(String list) {
    return new HashSet<>(Arrays.asList(list.split(",")));
  }
}
