package org.odradek.broker.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RepeatedWarningsTest {
  private final AtomicLong nowNanos = new AtomicLong();
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final Logger log = new LoggerContext().getLogger("warnings");
  private final RepeatedWarnings warnings = new RepeatedWarnings(log, nowNanos::get);

  @BeforeEach
  void listen() {
    lines.start();
    log.addAppender(lines);
  }

  private List<String> lines() {
    return lines.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void eachSubjectHasALineAMinute() {
    for (int i = 0; i < 3; i++) {
      warnings.warn("a", "a fails");
    }
    warnings.warn("b", "b fails");
    nowNanos.addAndGet(TimeUnit.MINUTES.toNanos(1));
    warnings.warn("a", "a fails");
    assertEquals(
        List.of("a fails", "b fails", "a fails (2 more like this were left out before)"), lines());
  }

  @Test
  void manySubjectsAreNotRememberedForEver() {
    for (int i = 0; i < 1_000; i++) {
      warnings.warn("subject " + i, "fails");
    }
    assertEquals(100, lines().size());
    nowNanos.addAndGet(TimeUnit.MINUTES.toNanos(1));
    warnings.warn("one more", "fails");
    assertEquals(101, lines().size());
  }
}
