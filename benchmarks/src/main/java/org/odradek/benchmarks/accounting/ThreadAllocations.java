package org.odradek.benchmarks.accounting;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What each living Java thread of a process, or of several, has allocated on the heap so far, in
 * bytes: the JVM's extended thread dump says so, rounded to three or four digits.
 *
 * @param byThread by process and thread
 */
public record ThreadAllocations(Map<String, Double> byThread) {
  private static final Pattern ALLOCATED =
      Pattern.compile(" allocated=(\\d+)([BKMG]) .* tid=(0x[0-9a-f]+) ");

  public ThreadAllocations {
    byThread = Map.copyOf(byThread);
  }

  /**
   * Reads a dump.
   *
   * @param process tells threads of several processes apart
   * @throws IllegalArgumentException when no thread says what it allocated
   */
  static ThreadAllocations parse(String process, String dump) {
    Matcher matcher = ALLOCATED.matcher(dump);
    var byThread = new HashMap<String, Double>();
    while (matcher.find()) {
      double unit =
          switch (matcher.group(2)) {
            case "B" -> 1;
            case "K" -> 1 << 10;
            case "M" -> 1 << 20;
            default -> 1 << 30;
          };
      byThread.put(process + " " + matcher.group(3), Double.parseDouble(matcher.group(1)) * unit);
    }
    if (byThread.isEmpty()) {
      throw new IllegalArgumentException("no thread says what it allocated: " + dump);
    }
    return new ThreadAllocations(byThread);
  }

  ThreadAllocations and(ThreadAllocations other) {
    var all = new HashMap<>(byThread);
    all.putAll(other.byThread);
    return new ThreadAllocations(all);
  }

  /**
   * Bytes that threads which live now have allocated since {@code before}; what threads have
   * allocated that ended meanwhile is not known, and left out.
   */
  public double since(ThreadAllocations before) {
    double sum = 0;
    for (Map.Entry<String, Double> thread : byThread.entrySet()) {
      double earlier = before.byThread.getOrDefault(thread.getKey(), 0.0);
      // A new thread can have the address of one that has ended.
      sum += thread.getValue() < earlier ? thread.getValue() : thread.getValue() - earlier;
    }
    return sum;
  }
}
