package org.odradek.broker.config;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.config.ConfigChange.Operation;
import org.odradek.protocol.ErrorCode;

/** The levels of the broker's loggers, which can be changed while it runs (KIP-412). */
public interface LoggerLevels {
  /** Name of the logger that all others inherit from. */
  String ROOT = "root";

  /** Levels as Kafka names them. */
  Set<String> LEVELS =
      Collections.unmodifiableSet(
          new TreeSet<>(List.of("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL")));

  /** All loggers there are, with the level each has or inherits. */
  Map<String, String> levels();

  /**
   * @param level one of {@link #LEVELS}
   */
  void set(String logger, String level);

  /** Has a logger inherit its level again. */
  void reset(String logger);

  /**
   * Checks changes that somebody wants to make.
   *
   * @throws ApiException for the first that cannot be made
   */
  static void check(LoggerLevels loggers, List<ConfigChange> changes) {
    Set<String> known = loggers.levels().keySet();
    for (ConfigChange change : changes) {
      String name = change.name();
      switch (change.operation()) {
        case SET -> {
          requireKnown(known, name);
          requireLevel(name, change.value());
        }
        case DELETE -> {
          requireKnown(known, name);
          if (name.equals(ROOT)) {
            throw new ApiException(
                ErrorCode.INVALID_REQUEST,
                "Removing the log level of the " + ROOT + " logger is not allowed");
          }
        }
        case APPEND, SUBTRACT -> throw notAllowed(change.operation());
      }
    }
  }

  private static void requireKnown(Set<String> known, String name) {
    if (!known.contains(name)) {
      throw new ApiException(ErrorCode.INVALID_CONFIG, "Logger " + name + " does not exist!");
    }
  }

  private static void requireLevel(String name, @Nullable String level) {
    if (level == null || !LEVELS.contains(level)) {
      throw new ApiException(
          ErrorCode.INVALID_CONFIG,
          "Cannot set the log level of "
              + name
              + " to "
              + level
              + " as it is not a supported log level. Valid log levels are "
              + String.join(", ", LEVELS));
    }
  }

  private static ApiException notAllowed(Operation operation) {
    return new ApiException(
        ErrorCode.INVALID_REQUEST,
        operation + " operation is not allowed for the BROKER_LOGGER resource");
  }
}
