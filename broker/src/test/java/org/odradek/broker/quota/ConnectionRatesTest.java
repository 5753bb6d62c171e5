package org.odradek.broker.quota;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.odradek.controller.znode.ConfigEntity;

final class ConnectionRatesTest {
  private static final InetAddress A = InetAddress.ofLiteral("10.0.0.1");
  private static final InetAddress B = InetAddress.ofLiteral("10.0.0.2");

  private long nowMs = 1_000_000;
  private final ConnectionRates rates = new ConnectionRates(QuotaWindow.DEFAULT, () -> nowMs);

  private void limit(String address, String perSecond) {
    rates.configChanged(
        new ConfigEntity("ips/" + address), Map.of("connection_creation_rate", perSecond));
  }

  private int letIn(InetAddress address, int attempts) {
    int letIn = 0;
    for (int i = 0; i < attempts; i++) {
      letIn += rates.refusedForMs(address) == 0 ? 1 : 0;
    }
    return letIn;
  }

  /** One a second, and ten at once; who is refused does not count. */
  @Test
  void addresses() {
    assertEquals(100, letIn(A, 100));
    limit("<default>", "1");
    limit("10.0.0.2", "2");
    assertEquals(10, letIn(A, 100));
    assertEquals(20, letIn(B, 100));
    assertTrue(rates.refusedForMs(A) > 0 && rates.refusedForMs(A) <= 1_000);
    nowMs += 11_000;
    assertEquals(10, letIn(A, 100));
    rates.configChanged(new ConfigEntity("ips/<default>"), Map.of());
    assertEquals(100, letIn(A, 100));
    limit("10.0.0.2", "many");
    assertEquals(100, letIn(B, 100));
    limit("no.address", "1");
  }

  @Test
  void listenersAndTheBroker() {
    assertEquals(0, rates.accepted("CLIENTS"));
    rates.limit(1);
    rates.limit("CLIENTS", 2);
    for (int i = 0; i < 10; i++) {
      assertEquals(0, rates.accepted("CLIENTS"));
    }
    assertEquals(1_000, rates.accepted("CLIENTS"), "the broker's limit");
    assertEquals(1_000, rates.accepted("OTHERS"));
    rates.protect("BROKERS");
    assertEquals(0, rates.accepted("BROKERS"));
    rates.limit(Integer.MAX_VALUE);
    for (int i = 11; i < 20; i++) {
      assertEquals(0, rates.accepted("CLIENTS"));
    }
    assertEquals(500, rates.accepted("CLIENTS"), "the listener's");
  }
}
