package org.odradek.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.junit.jupiter.api.Test;

class LogbackLevelsTest {
  private final LoggerContext context = new LoggerContext();
  private final LogbackLevels levels = new LogbackLevels(context);

  @Test
  void loggersInheritUntilSet() {
    context.getLogger("a.b");
    levels.set(LoggerLevels.ROOT, "WARN");
    assertEquals("WARN", levels.levels().get("root"));
    assertEquals("WARN", levels.levels().get("a.b"));
    levels.set("a.b", "TRACE");
    assertEquals("TRACE", levels.levels().get("a.b"));
    levels.reset("a.b");
    assertEquals("WARN", levels.levels().get("a.b"));
  }

  @Test
  void fatalIsError() {
    levels.set("a", "FATAL");
    assertEquals(Level.ERROR, context.getLogger("a").getLevel());
  }
}
