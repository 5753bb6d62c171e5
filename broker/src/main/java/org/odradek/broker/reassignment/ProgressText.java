package org.odradek.broker.reassignment;

import java.util.Locale;
import org.odradek.broker.reassignment.ReassignmentEstimate.View;

/** The progress as people read it. */
final class ProgressText {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB"};
  private static final int UNIT = 1_000;
  private static final int SECONDS_PER_MINUTE = 60;
  private static final int SECONDS_PER_HOUR = 3_600;
  private static final int MS_PER_SECOND = 1_000;

  private ProgressText() {}

  /** Say "12 of 40 partitions and 3.2 GB left (20 % of the bytes copied), 50 MB/s, about 1 min". */
  static String line(int partitions, int atStart, View view) {
    String left =
        "%d of %d partitions and %s%s left"
            .formatted(
                partitions,
                atStart,
                view.unknown() > 0 ? "at least " : "",
                bytes(view.bytesLeft()));
    if (view.elapsedMs() == 0) {
      return left;
    }
    String time =
        view.secondsLeft().isPresent()
            ? "about " + duration(view.secondsLeft().getAsLong()) + " to go"
            : "no end in sight: "
                + (view.bytesPerSecond() == 0
                    ? "nothing is copied"
                    : "the leaders grow as fast as they are copied");
    return "%s, %d %% copied, %s/s, %s"
        .formatted(left, Math.round(share(view) * 100), bytes(view.bytesPerSecond()), time);
  }

  /** Say "40 partitions, 16.0 GB copied in 5 min 20 s, 50 MB/s". */
  static String end(int partitions, View view) {
    long ms = Math.max(1, view.elapsedMs());
    return "%d partitions, %s copied in %s, %s/s"
        .formatted(
            partitions,
            bytes(view.bytesCopied()),
            duration(view.elapsedMs() / MS_PER_SECOND),
            bytes(view.bytesCopied() * MS_PER_SECOND / ms));
  }

  /** How much of the bytes is copied, 0 to 1. */
  static double share(View view) {
    long all = view.bytesCopied() + view.bytesLeft();
    return all == 0 ? 0 : (double) view.bytesCopied() / all;
  }

  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= UNIT && unit < UNITS.length - 1) {
      value /= UNIT;
      unit++;
    }
    return unit == 0
        ? bytes + " B"
        : String.format(Locale.ROOT, value < 10 ? "%.1f %s" : "%.0f %s", value, UNITS[unit]);
  }

  static String duration(long seconds) {
    if (seconds < SECONDS_PER_MINUTE) {
      return seconds + " s";
    }
    if (seconds < SECONDS_PER_HOUR) {
      return "%d min %d s".formatted(seconds / SECONDS_PER_MINUTE, seconds % SECONDS_PER_MINUTE);
    }
    return "%d h %d min"
        .formatted(seconds / SECONDS_PER_HOUR, seconds % SECONDS_PER_HOUR / SECONDS_PER_MINUTE);
  }
}
