package org.odradek.broker.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LineEncoderTest {
  private static final String FORGED = "[2026-01-01 00:00:00,000] INFO all is well (x)";

  private static String encoded(String message, @Nullable Throwable thrown) {
    LoggingEvent event =
        new LoggingEvent(
            "caller", new LoggerContext().getLogger("where"), Level.WARN, message, thrown, null);
    return new String(new LineEncoder().encode(event), StandardCharsets.UTF_8);
  }

  @Test
  void aMessageIsOneLine() {
    String line =
        encoded("user a\n" + FORGED + "\r\u0000\u001b[31m\u0085\u2028\u202e\tJörg 家", null);
    assertEquals(1, line.lines().count());
    assertTrue(
        line.endsWith(
            "] WARN user a\\u000a"
                + FORGED
                + "\\u000d\\u0000\\u001b[31m\\u0085\\u2028\\u202e\tJörg 家 (where)\n"),
        line);
  }

  @Test
  void whatAnExceptionSaysIsNotTakenForALineOfItsOwn() {
    List<String> lines =
        encoded("failed", new IllegalStateException("of a\n" + FORGED)).lines().toList();
    assertTrue(lines.contains("java.lang.IllegalStateException: of a"), lines.toString());
    assertTrue(lines.contains("\t" + FORGED), lines.toString());
    assertEquals(1, lines.stream().filter(line -> line.startsWith("[")).count());
  }
}
