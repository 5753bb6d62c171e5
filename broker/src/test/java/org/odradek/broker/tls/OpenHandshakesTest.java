package org.odradek.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OpenHandshakesTest {
  private final AtomicLong nanos = new AtomicLong();
  private final OpenHandshakes<String> handshakes = new OpenHandshakes<>(2, 4, 1_000, nanos::get);

  private void begunAndAnswered(String each) {
    assertEquals(List.of(), handshakes.begun(each));
    handshakes.answered(each);
  }

  private void pass(long ms) {
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(ms));
  }

  @Test
  void aFewMayStayOpen() {
    begunAndAnswered("a");
    pass(60_000);
    assertEquals(List.of(), handshakes.begun("b"));
  }

  @Test
  void withManyTheStaleOnesGo() {
    begunAndAnswered("a");
    begunAndAnswered("b");
    pass(500);
    begunAndAnswered("c");
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
    handshakes.answered("b"); // young again, and one round trip away from its end
    handshakes.answered("d");
    assertEquals(List.of("c"), handshakes.begun("f"), "whosever turn it is");
    assertEquals(List.of("e"), handshakes.begun("g"));
    assertEquals(List.of("b"), handshakes.begun("h"));
    assertEquals(4, handshakes.count());
  }

  @Test
  void aByteNowAndThenMakesNobodyYounger() {
    assertEquals(List.of(), handshakes.begun("a"));
    handshakes.heardTooLittle("a");
    begunAndAnswered("b");
    for (int i = 0; i < 10; i++) {
      pass(100);
      for (String each : List.of("a", "b")) {
        handshakes.heard(each);
        handshakes.heardTooLittle(each);
      }
    }
    assertEquals(List.of("a"), handshakes.begun("c"));
    assertEquals(List.of("b"), handshakes.begun("d"));
  }

  @Test
  void aSlowBrokerIsNotHeldAgainstItsClients() {
    for (String each : List.of("a", "b", "c")) {
      begunAndAnswered(each);
    }
    pass(5_000);
    handshakes.heard("b");
    assertEquals(List.of("a", "c"), handshakes.begun("d"), "b has gone on");
    pass(5_000);
    assertEquals(List.of(), handshakes.begun("e"), "all wait for the broker");
    handshakes.answered("b");
    pass(999);
    assertEquals(List.of(), handshakes.begun("f"));
    pass(1);
    handshakes.ended("f");
    assertEquals(List.of("b"), handshakes.begun("g"));
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
