package org.odradek.broker.main;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.odradek.broker.authentication.LoginCounts;
import org.odradek.broker.network.SocketCounts;

class SocketNumbersTest {
  private static Map<String, Double> values(SocketCounts sockets, List<LoginCounts> logins) {
    Map<String, Double> values = new TreeMap<>();
    for (Map.Entry<String, Supplier<? extends Number>> each :
        SocketNumbers.byName(sockets, logins).entrySet()) {
      values.put(each.getKey(), each.getValue().get().doubleValue());
    }
    return values;
  }

  @Test
  void namesAreKafkas() {
    assertEquals(
        Set.of(
            "connection-count",
            "connection-creation-rate",
            "connection-creation-total",
            "connection-close-rate",
            "connection-close-total",
            "request-rate",
            "request-total",
            "response-rate",
            "response-total",
            "network-io-rate",
            "network-io-total",
            "incoming-byte-rate",
            "incoming-byte-total",
            "outgoing-byte-rate",
            "outgoing-byte-total",
            "successful-authentication-rate",
            "successful-authentication-total",
            "failed-authentication-rate",
            "failed-authentication-total",
            "successful-reauthentication-rate",
            "successful-reauthentication-total",
            "failed-reauthentication-rate",
            "failed-reauthentication-total",
            "expired-connections-killed-count"),
        values(new SocketCounts(), List.of()).keySet());
  }

  @Test
  void loginsAreThoseOfTlsAndOfSasl() {
    LoginCounts tls = new LoginCounts();
    LoginCounts sasl = new LoginCounts();
    tls.failed(false);
    sasl.failed(false);
    sasl.failed(true);
    sasl.succeeded(false);
    sasl.succeeded(true);
    sasl.succeeded(true);
    sasl.expired();
    Map<String, Double> values = values(new SocketCounts(), List.of(tls, sasl));
    assertEquals(2, values.get("failed-authentication-total"));
    assertEquals(1, values.get("failed-reauthentication-total"));
    assertEquals(1, values.get("successful-authentication-total"));
    assertEquals(2, values.get("successful-reauthentication-total"));
    assertEquals(1, values.get("expired-connections-killed-count"));
    assertEquals(0, values.get("failed-authentication-rate"), "nobody has looked at the clock");
  }
}
