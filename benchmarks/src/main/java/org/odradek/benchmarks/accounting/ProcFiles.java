package org.odradek.benchmarks.accounting;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads the text of files below {@code /proc}, as proc(5) describes them. */
final class ProcFiles {
  // Fields of /proc/PID/stat are counted from 1; the one after the name in brackets is the third.
  private static final int FIRST_AFTER_NAME = 3;
  private static final int UTIME = 14;
  private static final int STIME = 15;
  private static final int CUTIME = 16;
  private static final int CSTIME = 17;
  // Of the first line of /proc/stat, after its name; guests' time is in the user's, before these.
  private static final int IDLE = 4;
  private static final int WAITING = 5;
  private static final int SOFT_INTERRUPTS = 7;

  private ProcFiles() {}

  /**
   * The CPU time of a process or thread, in clock ticks.
   *
   * @param name without the brackets; of threads the first 15 characters
   * @param own user and system time of all its threads
   * @param children user and system time of children that have ended and were waited for
   */
  record Stat(String name, long own, long children) {}

  /**
   * {@code /proc/PID/stat} or {@code /proc/PID/task/TID/stat}. The name may have blanks and
   * brackets in it.
   *
   * @throws IllegalArgumentException when it does not look like one
   */
  static Stat stat(String text) {
    int open = text.indexOf('(');
    int close = text.lastIndexOf(')');
    if (open < 0 || close < open) {
      throw new IllegalArgumentException("no name in brackets: " + text);
    }
    List<String> fields = List.of(text.substring(close + 1).strip().split(" +"));
    if (fields.size() <= CSTIME - FIRST_AFTER_NAME) {
      throw new IllegalArgumentException(fields.size() + " fields after the name: " + text);
    }
    return new Stat(
        text.substring(open + 1, close),
        ticks(fields, UTIME) + ticks(fields, STIME),
        ticks(fields, CUTIME) + ticks(fields, CSTIME));
  }

  private static long ticks(List<String> fields, int field) {
    return Long.parseLong(fields.get(field - FIRST_AFTER_NAME));
  }

  /**
   * What all processors have worked so far, in clock ticks, by {@code /proc/stat}: neither idle nor
   * waiting for a disk, and not what another machine on the same processors took.
   *
   * @throws IllegalArgumentException when it does not look like one
   */
  static long machineTicks(String text) {
    String line = text.lines().findFirst().orElse("");
    List<String> fields = List.of(line.split(" +"));
    if (!fields.getFirst().equals("cpu") || fields.size() <= SOFT_INTERRUPTS) {
      throw new IllegalArgumentException("no line of all processors: " + line);
    }
    long sum = 0;
    for (int field = 1; field <= SOFT_INTERRUPTS; field++) {
      if (field != IDLE && field != WAITING) {
        sum += Long.parseLong(fields.get(field));
      }
    }
    return sum;
  }

  /**
   * {@code /proc/PID/io} (bytes) or the numbers of {@code /proc/PID/status} ({@code VmHWM: 1234
   * kB}: without the unit). Lines whose value does not begin with a number are left out.
   */
  static Map<String, Long> numbers(String text) {
    var found = new HashMap<String, Long>();
    for (String line : text.lines().toList()) {
      int colon = line.indexOf(':');
      if (colon > 0) {
        String value = line.substring(colon + 1).strip();
        int end = 0;
        while (end < value.length() && Character.isDigit(value.charAt(end))) {
          end++;
        }
        boolean isNumber = end > 0 && (end == value.length() || value.startsWith(" kB", end));
        if (isNumber) {
          found.put(line.substring(0, colon), Long.parseLong(value.substring(0, end)));
        }
      }
    }
    return found;
  }
}
