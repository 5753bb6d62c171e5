package org.odradek.broker.config;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Settings of logs that can be said by several keys: the most exact one wins ({@code
 * log.retention.ms} over {@code .minutes} over {@code .hours}).
 */
public final class LogSettings {
  private LogSettings() {}

  /** {@code log.dirs}, else {@code log.dir}. */
  public static List<String> directories(BrokerConfig config) {
    String many = config.optional(LogKeys.LOG_DIRS);
    String text = many == null ? config.value(LogKeys.LOG_DIR) : many;
    return text.isEmpty() ? List.of() : List.of(text.split("\\s*,\\s*", -1));
  }

  /** In ms; -1 for ever. */
  public static long retentionMs(BrokerConfig config) {
    Long ms = config.optional(LogKeys.LOG_RETENTION_MS);
    Integer minutes = config.optional(LogKeys.LOG_RETENTION_MINUTES);
    if (ms == null) {
      ms =
          minutes == null
              ? TimeUnit.HOURS.toMillis(config.value(LogKeys.LOG_RETENTION_HOURS))
              : TimeUnit.MINUTES.toMillis(minutes);
    }
    return ms < 0 ? -1 : ms;
  }

  /** In ms, the age at which a segment that is written to is closed. */
  public static long rollMs(BrokerConfig config) {
    Long ms = config.optional(LogKeys.LOG_ROLL_MS);
    return ms == null ? TimeUnit.HOURS.toMillis(config.value(LogKeys.LOG_ROLL_HOURS)) : ms;
  }

  /** In ms, by how much at most segments are closed earlier, so that not all are at once. */
  public static long rollJitterMs(BrokerConfig config) {
    Long ms = config.optional(LogKeys.LOG_ROLL_JITTER_MS);
    return ms == null ? TimeUnit.HOURS.toMillis(config.value(LogKeys.LOG_ROLL_JITTER_HOURS)) : ms;
  }

  /** In ms, {@code log.flush.interval.ms}, else {@code log.flush.scheduler.interval.ms}. */
  public static long flushIntervalMs(BrokerConfig config) {
    Long ms = config.optional(LogKeys.LOG_FLUSH_INTERVAL_MS);
    return ms == null ? config.value(LogKeys.LOG_FLUSH_SCHEDULER_INTERVAL_MS) : ms;
  }
}
