package org.odradek.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OpenHandshakesTest {
  private final AtomicLong nanos = new AtomicLong();
  private final OpenHandshakes<String> handshakes = new OpenHandshakes<>(2, 4, 1_000, nanos::get);

  private void pass(long ms) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
  }

  @Test
  void aFewMayStayOpen() {
    assertEquals(List.of(), handshakes.begun("a"));
    pass(60_000);
    assertEquals(List.of(), handshakes.begun("b"));
  }

  @Test
  void withManyTheStaleOnesGo() {
    handshakes.begun("a");
    handshakes.begun("b");
    pass(500);
    assertEquals(List.of(), handshakes.begun("c"));
    pass(500);
    assertEquals(List.of("a", "b"), handshakes.begun("d"));
    assertEquals(2, handshakes.count());
  }

  @Test
  void withTooManyTheOldestGoes() {
    for (String each : List.of("a", "b", "c", "d")) {
      assertEquals(List.of(), handshakes.begun(each));
    }
    assertEquals(List.of("a"), handshakes.begun("e"));
    assertEquals(4, handshakes.count());
  }

  @Test
  void thoseThatAreOverDoNotCount() {
    for (String each : List.of("a", "b", "c", "d")) {
      handshakes.begun(each);
      handshakes.ended(each);
    }
    pass(5_000);
    assertEquals(List.of(), handshakes.begun("e"));
    assertEquals(1, handshakes.count());
  }
}
