package org.odradek.benchmarks.workload;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what Kafka's performance tools print at their end. */
final class PerfToolOutput {
  private static final Pattern PRODUCED =
      Pattern.compile("(?m)^(\\d+) records sent, ([0-9.]+) records/sec .* 99\\.9th\\.");
  private static final Pattern REQUESTS =
      Pattern.compile("(?m)^producer-metrics:request-total:\\S* *: ([0-9.]+)");
  private static final int CONSUMER_COLUMNS = 10;
  private static final int RECORDS = 4;
  private static final int FETCH_MILLIS = 7;

  private PerfToolOutput() {}

  /**
   * What a producer did.
   *
   * @param requests produce requests, the warm-up's included; a few more when connections were
   *     opened
   */
  record Produced(long records, double perSecond, double requests) {}

  /** What a consumer did; the time is that of fetching, without that of joining its group. */
  record Consumed(long records, double seconds) {}

  /** The output of kafka-producer-perf-test with {@code --print-metrics}. */
  static Produced produced(String output) {
    Matcher summary = PRODUCED.matcher(output);
    Matcher requests = REQUESTS.matcher(output);
    Produced last = null;
    double total = requests.find() ? Double.parseDouble(requests.group(1)) : Double.NaN;
    while (summary.find()) {
      last =
          new Produced(
              Long.parseLong(summary.group(1)), Double.parseDouble(summary.group(2)), total);
    }
    if (last == null) {
      throw new IllegalArgumentException("no summary of kafka-producer-perf-test in: " + output);
    }
    return last;
  }

  /** The output of kafka-consumer-perf-test with {@code --hide-header}. */
  static Consumed consumed(String output) {
    for (String line : output.lines().toList().reversed()) {
      List<String> columns = List.of(line.split(", "));
      if (columns.size() == CONSUMER_COLUMNS) {
        return new Consumed(
            Long.parseLong(columns.get(RECORDS)), Long.parseLong(columns.get(FETCH_MILLIS)) / 1e3);
      }
    }
    throw new IllegalArgumentException("no line of kafka-consumer-perf-test in: " + output);
  }
}
