package org.odradek.broker.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.authentication.JaasEntry;
import org.odradek.broker.authentication.SaslExchange;
import org.odradek.broker.authentication.SaslMechanism;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigException;

/** What the configuration makes of OAUTHBEARER. */
class OAuthBearerServicesTest {
  private static final String LOGIN_MODULE =
      "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule";
  private static final String SECURED =
      "org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallbackHandler";

  /** {@code {"alg":"none"}}, and {@code {"sub":"mallory","exp":9999999999}}. */
  private static final String UNSIGNED =
      "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtYWxsb3J5IiwiZXhwIjo5OTk5OTk5OTk5fQ.";

  /** A key of RFC 7517, appendix A.1. */
  private static final String KEYS =
      "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\","
          + "\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\",\"use\":\"sig\",\"kid\":\"1\"}]}";

  @TempDir Path directory;

  @Test
  void unsignedTokensAreTakenOnlyWhereThatIsAskedFor() throws Exception {
    assertTrue(letsIn(Map.of(), Map.of("unsecuredLoginStringClaim_sub", "admin")));
    assertTrue(letsIn(Map.of(), Map.of("unsecuredValidatorPrincipalClaimName", "sub")));
    String refused =
        String.valueOf(
            assertThrows(ConfigException.class, () -> letsIn(Map.of(), Map.of())).getMessage());
    assertTrue(refused.contains("sasl.oauthbearer.jwks.endpoint.url"), refused);
    Path keys = Files.writeString(directory.resolve("jwks.json"), KEYS);
    Map<String, String> signed = Map.of("sasl.oauthbearer.jwks.endpoint.url", "file:" + keys);
    assertEquals(false, letsIn(signed, Map.of("unsecuredLoginStringClaim_sub", "admin")));
    assertEquals(
        false,
        letsIn(
            Map.of(
                "listener.name.clients.oauthbearer.sasl.oauthbearer.jwks.endpoint.url",
                "file:" + keys,
                "listener.name.clients.oauthbearer.sasl.server.callback.handler.class",
                SECURED),
            Map.of()));
  }

  @Test
  void whatCannotWorkIsRefusedAtTheStart() throws Exception {
    Path noKeys = Files.writeString(directory.resolve("empty.json"), "{\"keys\":[]}");
    for (Map<String, String> bad :
        List.of(
            Map.of("sasl.oauthbearer.jwks.endpoint.url", "file:" + directory.resolve("missing")),
            Map.of("sasl.oauthbearer.jwks.endpoint.url", "file:" + noKeys),
            Map.of("sasl.oauthbearer.jwks.endpoint.url", "ftp://x/keys"),
            Map.of("listener.name.clients.oauthbearer.sasl.server.callback.handler.class", SECURED),
            Map.of(
                "listener.name.clients.oauthbearer.sasl.server.callback.handler.class",
                "com.example.OwnHandler"))) {
      assertThrows(ConfigException.class, () -> letsIn(bad, Map.of()), bad.toString());
    }
    assertThrows(ConfigException.class, () -> services(Map.of()).client("CLIENTS", List.of()));
  }

  private boolean letsIn(Map<String, String> settings, Map<String, String> options) {
    SaslMechanism mechanism =
        services(settings).mechanism("CLIENTS", List.of(new JaasEntry(LOGIN_MODULE, options)));
    SaslExchange.Step step =
        mechanism
            .begin(new InetSocketAddress("127.0.0.1", 1))
            .evaluate(
                ("n,,\u0001auth=Bearer " + UNSIGNED + "\u0001\u0001")
                    .getBytes(StandardCharsets.UTF_8));
    if (step instanceof SaslExchange.Done) {
      return true;
    }
    assertInstanceOf(SaslExchange.Challenge.class, step);
    return false;
  }

  private static OAuthBearerServices services(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("broker.id", "0");
    return new OAuthBearerServices(
        BrokerConfig.of(all), () -> Instant.ofEpochSecond(1_700_000_000));
  }
}
