package org.odradek.broker.main;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.odradek.broker.authentication.LoginCounts;
import org.odradek.broker.metrics.RecentRate;
import org.odradek.broker.network.SocketCounts;

/** The numbers of a listener's connections by the names that Kafka has for them. */
final class SocketNumbers {
  private SocketNumbers() {}

  /** {@code logins}: counted by TLS and by SASL; none where clients need not say who they are. */
  static Map<String, Supplier<? extends Number>> byName(
      SocketCounts sockets, List<LoginCounts> logins) {
    Map<String, Supplier<? extends Number>> numbers = new LinkedHashMap<>();
    numbers.put("connection-count", asDouble(sockets::connections));
    counted(numbers, "connection-creation", sockets::connectionsOpened);
    counted(numbers, "connection-close", sockets::connectionsClosed);
    counted(numbers, "request", sockets::requests);
    counted(numbers, "response", sockets::responses);
    counted(numbers, "network-io", () -> sockets.requests() + sockets.responses());
    counted(numbers, "incoming-byte", sockets::bytesIn);
    counted(numbers, "outgoing-byte", sockets::bytesOut);
    counted(numbers, "successful-authentication", sum(logins, own -> own.successes(false)));
    counted(numbers, "failed-authentication", sum(logins, own -> own.failures(false)));
    counted(numbers, "successful-reauthentication", sum(logins, own -> own.successes(true)));
    counted(numbers, "failed-reauthentication", sum(logins, own -> own.failures(true)));
    numbers.put(
        "expired-connections-killed-count", asDouble(sum(logins, LoginCounts::expirations)));
    return numbers;
  }

  private static void counted(
      Map<String, Supplier<? extends Number>> numbers, String name, LongSupplier count) {
    numbers.put(name + "-rate", new RecentRate(count));
    numbers.put(name + "-total", asDouble(count));
  }

  /** Kafka's numbers of sockets are all of this type. */
  private static Supplier<Double> asDouble(LongSupplier count) {
    return () -> (double) count.getAsLong();
  }

  private static LongSupplier sum(List<LoginCounts> counts, ToLongFunction<LoginCounts> which) {
    return () -> counts.stream().mapToLong(which).sum();
  }
}
