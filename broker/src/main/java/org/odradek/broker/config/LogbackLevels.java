package org.odradek.broker.config;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import java.util.Map;
import java.util.TreeMap;

/**
 * Levels of the loggers of Logback. It has no FATAL: that is taken as ERROR.
 *
 * <p>Thread-safety: any thread.
 */
public final class LogbackLevels implements LoggerLevels {
  private final LoggerContext context;

  public LogbackLevels(LoggerContext context) {
    this.context = context;
  }

  @Override
  public Map<String, String> levels() {
    Map<String, String> levels = new TreeMap<>();
    for (Logger logger : context.getLoggerList()) {
      boolean root = logger.getName().equals(org.slf4j.Logger.ROOT_LOGGER_NAME);
      levels.put(root ? ROOT : logger.getName(), logger.getEffectiveLevel().toString());
    }
    return levels;
  }

  @Override
  public void set(String logger, String level) {
    logger(logger).setLevel(Level.toLevel(level.equals("FATAL") ? "ERROR" : level));
  }

  @Override
  public void reset(String logger) {
    logger(logger).setLevel(null);
  }

  private Logger logger(String name) {
    return context.getLogger(name.equals(ROOT) ? org.slf4j.Logger.ROOT_LOGGER_NAME : name);
  }
}
