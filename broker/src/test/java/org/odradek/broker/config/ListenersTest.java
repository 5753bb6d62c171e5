package org.odradek.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListenersTest {

  @Test
  void nothingSetIsThisMachineOnly() {
    Listeners listeners = listeners();
    assertEquals("[PLAINTEXT://localhost:9092]", listeners.bound().toString());
    assertEquals("[PLAINTEXT://localhost:9092]", listeners.advertised().toString());
    assertEquals("PLAINTEXT", listeners.interBrokerName());
  }

  @Test
  void advertisingMeansToBeReached() {
    Listeners listeners = listeners("advertised.listeners", "PLAINTEXT://example.org:1");
    assertEquals("[PLAINTEXT://:9092]", listeners.bound().toString());
    assertEquals("[PLAINTEXT://example.org:1]", listeners.advertised().toString());
  }

  @Test
  void wildcardIsNotAdvertised() {
    Listeners listeners = listeners("listeners", "PLAINTEXT://0.0.0.0:0");
    assertEquals("[PLAINTEXT://0.0.0.0:0]", listeners.bound().toString());
    assertEquals("", listeners.advertised().getFirst().host());
    assertRefused(
        "no address that a client can connect to",
        "advertised.listeners",
        "PLAINTEXT://0.0.0.0:9092");
  }

  @Test
  void hostNameAndPortOfOldFiles() {
    Listeners bound = listeners("host.name", "localhost", "port", "9999");
    assertEquals("[PLAINTEXT://localhost:9999]", bound.bound().toString());
    assertEquals("[PLAINTEXT://localhost:9999]", bound.advertised().toString());
    Listeners advertised =
        listeners("port", "9999", "advertised.host.name", "example.org", "host.name", "h");
    assertEquals("[PLAINTEXT://example.org:9999]", advertised.advertised().toString());
    Listeners port = listeners("host.name", "h", "advertised.port", "1");
    assertEquals("[PLAINTEXT://h:1]", port.advertised().toString());
    Listeners both = listeners("listeners", "PLAINTEXT://a:1", "host.name", "b", "port", "2");
    assertEquals("[PLAINTEXT://a:1]", both.bound().toString());
  }

  @Test
  void namedListeners() {
    Listeners listeners =
        listeners(
            "listeners", "internal://[::1]:9093, EXTERNAL://:9092",
            "listener.security.protocol.map", "INTERNAL:PLAINTEXT,external:plaintext",
            "advertised.listeners", "EXTERNAL://example.org:80,INTERNAL://[::1]:9093",
            "inter.broker.listener.name", "INTERNAL");
    assertEquals("INTERNAL", listeners.interBrokerName());
    assertEquals("[INTERNAL://[::1]:9093, EXTERNAL://:9092]", listeners.bound().toString());
    assertEquals(
        "EXTERNAL://example.org:80",
        String.valueOf(listeners.advertisedAs(listeners.bound().getLast())));
  }

  @Test
  void oneThatCannotBe() {
    assertRefused("Unable to parse localhost:9092", "listeners", "localhost:9092");
    assertRefused("at least one listener", "listeners", "");
    assertRefused("different port", "listeners", "PLAINTEXT://a:1,SSL://b:1");
    assertRefused("different name", "listeners", "PLAINTEXT://a:1,PLAINTEXT://b:2");
    assertRefused("No security protocol defined for listener X", "listeners", "X://a:1");
    assertRefused("not from 0 to 65535", "listeners", "PLAINTEXT://a:70000");
    assertRefused("is not one of those in listeners", "advertised.listeners", "SSL://a:1");
    assertRefused("not of the form", "listener.security.protocol.map", "PLAINTEXT");
    assertRefused("advertised listener", "inter.broker.listener.name", "OTHER");
    assertRefused("address:count", "max.connections.per.ip.overrides", "127.0.0.1");
  }

  private static Listeners listeners(String... settings) {
    return Listeners.of(config(settings));
  }

  private static BrokerConfig config(String... settings) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      map.put(settings[i], settings[i + 1]);
    }
    return BrokerConfig.of(map);
  }

  private static void assertRefused(String part, String... settings) {
    ConfigException e = assertThrows(ConfigException.class, () -> config(settings));
    assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
  }
}
