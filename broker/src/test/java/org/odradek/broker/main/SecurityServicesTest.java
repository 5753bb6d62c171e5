package org.odradek.broker.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.odradek.broker.authentication.JaasEntry;
import org.odradek.broker.authentication.SaslExchange;
import org.odradek.broker.authentication.SaslListener;
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

  /** What an attacker gets from two brokers must not tell him whom there is. */
  @ParameterizedTest
  @CsvSource({
    "delegation.token.secret.key,delegation.token.secret.key,true",
    "delegation.token.master.key,delegation.token.secret.key,true",
    "password.encoder.secret,password.encoder.secret,true",
    "ssl.key.password,ssl.key.password,false"
  })
  void whoIsNoUserIsTheSameOnBrokersWithACommonSecret(String key, String other, boolean isSame) {
    assertEquals(isSame, saltOfNobody(key).equals(saltOfNobody(other)));
  }

  private static String saltOfNobody(String secretKey) {
    try (SecurityServices services =
        SecurityServices.of(
            BrokerConfig.of(
                Map.of(
                    "listeners",
                    "PLAINTEXT://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0",
                    "sasl.enabled.mechanisms",
                    "SCRAM-SHA-512",
                    "listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config",
                    JaasEntry.SCRAM + " required;",
                    secretKey,
                    "a secret of the cluster")))) {
      SaslListener listener = Objects.requireNonNull(services.listener("SASL_PLAINTEXT").sasl());
      SaslExchange.Step step =
          listener
              .settings()
              .mechanisms()
              .getFirst()
              .begin(new InetSocketAddress("127.0.0.1", 50_000))
              .evaluate("n,,n=nobody,r=abc".getBytes(StandardCharsets.UTF_8));
      String challenge =
          new String(
              assertInstanceOf(SaslExchange.Challenge.class, step).token(), StandardCharsets.UTF_8);
      return challenge.substring(challenge.indexOf(",s="));
    }
  }
}
