package org.odradek.broker.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.network.SecurityProtocol;

class SecurityServicesTest {

  @Test
  void listenersThatAreNotThereAreNotOpenToEverybody() {
    try (SecurityServices services =
        SecurityServices.of(
            BrokerConfig.of(
                Map.of(
                    "listeners", "INSIDE://127.0.0.1:0",
                    "listener.security.protocol.map", "INSIDE:PLAINTEXT",
                    "inter.broker.listener.name", "INSIDE")))) {
      assertEquals(SecurityProtocol.PLAINTEXT, services.listener("INSIDE").protocol());
      for (String other : new String[] {"inside", "PLAINTEXT", ""}) {
        assertThrows(IllegalArgumentException.class, () -> services.listener(other));
      }
    }
  }

  @Test
  void withoutAnyListenersThereIsTheUsualOne() {
    try (SecurityServices services = SecurityServices.of(BrokerConfig.of(Map.of()))) {
      assertEquals(SecurityProtocol.PLAINTEXT, services.listener("PLAINTEXT").protocol());
    }
  }
}
