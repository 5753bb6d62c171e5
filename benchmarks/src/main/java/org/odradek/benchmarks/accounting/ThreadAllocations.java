package org.odradek.benchmarks.accounting;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sums what the JVM's extended thread dump says of allocation. */
final class ThreadAllocations {
  private static final Pattern ALLOCATED = Pattern.compile(" allocated=(\\d+)([BKMG]) ");

  private ThreadAllocations() {}

  /**
   * The bytes that all threads of a dump have allocated.
   *
   * @throws IllegalArgumentException when no thread says so
   */
  static double sum(String dump) {
    Matcher matcher = ALLOCATED.matcher(dump);
    double sum = 0;
    boolean any = false;
    while (matcher.find()) {
      any = true;
      sum +=
          Double.parseDouble(matcher.group(1))
              * switch (matcher.group(2)) {
                case "B" -> 1;
                case "K" -> 1 << 10;
                case "M" -> 1 << 20;
                default -> 1 << 30;
              };
    }
    if (!any) {
      throw new IllegalArgumentException("no thread says what it allocated: " + dump);
    }
    return sum;
  }
}
