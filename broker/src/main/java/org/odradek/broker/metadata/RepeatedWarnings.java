package org.odradek.broker.metadata;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/**
 * Warnings of what clients ask for again and again: one line a minute for each subject, with a
 * count of those left out. Subjects are what clients name, so no more than a hundred are told of in
 * a minute.
 *
 * <p>Thread-safe.
 */
final class RepeatedWarnings {
  private static final long PERIOD_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final int SUBJECTS_MAX = 100;

  private final Logger log;
  private final LongSupplier nanoTime;
  private final Map<String, Told> told = new LinkedHashMap<>();

  private static final class Told {
    final long atNanos;
    long leftOut;

    Told(long atNanos) {
      this.atNanos = atNanos;
    }
  }

  RepeatedWarnings(Logger log, LongSupplier nanoTime) {
    this.log = log;
    this.nanoTime = nanoTime;
  }

  /** Warns, or counts when the same subject was warned about within the minute. */
  void warn(String subject, String what) {
    long leftOut;
    synchronized (told) {
      long now = nanoTime.getAsLong();
      Told before = told.get(subject);
      if (before != null && now - before.atNanos < PERIOD_NANOS) {
        before.leftOut++;
        return;
      }
      told.remove(subject);
      if (!makeRoom(now)) {
        return;
      }
      told.put(subject, new Told(now));
      leftOut = before == null ? 0 : before.leftOut;
    }
    if (leftOut > 0) {
      log.warn("{} ({} more like this were left out before)", what, leftOut);
    } else {
      log.warn("{}", what);
    }
  }

  /** False if all that is remembered was told within the minute: enough has been said then. */
  private boolean makeRoom(long now) {
    if (told.size() < SUBJECTS_MAX) {
      return true;
    }
    Map.Entry<String, Told> oldest = told.entrySet().iterator().next();
    if (now - oldest.getValue().atNanos < PERIOD_NANOS) {
      return false;
    }
    told.remove(oldest.getKey());
    return true;
  }
}
