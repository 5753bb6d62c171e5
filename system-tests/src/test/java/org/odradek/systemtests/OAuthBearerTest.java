package org.odradek.systemtests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.odradek.processes.Checkout;
import org.odradek.systemtests.harness.Broker;
import org.odradek.systemtests.harness.GivenTokens;
import org.odradek.systemtests.harness.SystemUnderTest;
import org.odradek.systemtests.harness.TokenIssuer;

/**
 * Stock clients come in by OAUTHBEARER with tokens that an issuer has signed, log in again while
 * they work (KIP-368), and are refused with tokens of others.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OAuthBearerTest {
  private static final String AUDIENCE = "kafka";

  /** Sessions are so short that clients log in again every few seconds. */
  private static final int SESSION_MS = 3_000;

  private static final int LOGINS_AGAIN = 3;

  private final Path folder = Checkout.emptyWorkFolder("signed-tokens");
  private final int port = Checkout.freePort();
  private final TokenIssuer issuer = new TokenIssuer("known");
  private @Nullable Broker started;

  @BeforeAll
  void start() {
    assumeFalse(SystemUnderTest.chosen().isStock(), "Kafka 2.8.2 takes unsigned tokens only");
    Path keys = folder.resolve("jwks.json");
    issuer.publish(keys);
    Broker broker = new Broker(folder);
    started = broker;
    broker
        .with(
            "listeners",
            "PLAINTEXT://%s,SASL_PLAINTEXT://127.0.0.1:%d".formatted(broker.bootstrap(), port))
        .with("sasl.enabled.mechanisms", "OAUTHBEARER")
        .with(
            "listener.name.sasl_plaintext.oauthbearer.sasl.jaas.config",
            "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;")
        .with("sasl.oauthbearer.jwks.endpoint.url", keys.toUri().toString())
        .with("sasl.oauthbearer.expected.audience", AUDIENCE)
        .with("connections.max.reauth.ms", Integer.toString(SESSION_MS))
        .with("authorizer.class.name", "kafka.security.authorizer.AclAuthorizer")
        .with("super.users", "User:ANONYMOUS;User:alice")
        .start();
  }

  @AfterAll
  void stop() {
    if (started != null) {
      started.close();
    }
  }

  private Map<String, Object> settings(TokenIssuer by, String user) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", "127.0.0.1:" + port);
    settings.put("security.protocol", "SASL_PLAINTEXT");
    settings.put("sasl.mechanism", "OAUTHBEARER");
    settings.put("sasl.login.callback.handler.class", GivenTokens.class.getName());
    settings.put(
        "sasl.jaas.config", GivenTokens.login(user, by.token(user, AUDIENCE, Duration.ofHours(1))));
    return settings;
  }

  @Test
  @Timeout(180)
  void aProducerLogsInAgainAndAgainWhileItWorks() throws Exception {
    try (var producer =
        new KafkaProducer<>(
            settings(issuer, "alice"), new StringSerializer(), new StringSerializer())) {
      long sent = 0;
      while (metric(producer, "successful-reauthentication-total") < LOGINS_AGAIN) {
        long offset = producer.send(new ProducerRecord<>("tokens", 0, "k", "v")).get().offset();
        assertEquals(sent++, offset);
      }
      assertEquals(0, metric(producer, "failed-reauthentication-total"));
    }
  }

  private static double metric(KafkaProducer<?, ?> producer, String name) {
    return producer.metrics().entrySet().stream()
        .filter(each ->
            each.getKey().name().equals(name) && each.getKey().group().equals("producer-metrics"))
        .map(Map.Entry::getValue)
        .map(Metric::metricValue)
        .mapToDouble(value -> (Double) Objects.requireNonNull(value))
        .sum();
  }

  @Test
  @Timeout(180)
  void theTokenSaysWhoItIsAndNobodyElse() throws Exception {
    try (Admin alice = Admin.create(settings(issuer, "alice"))) {
      alice.listTopics().names().get();
    }
    try (Admin bob = Admin.create(settings(issuer, "bob"))) {
      assertEquals(Set.of(), bob.listTopics().names().get(), "he has no rights");
    }
  }

  @Test
  @Timeout(180)
  void tokensOfAnotherIssuerAreRefused() {
    try (Admin stranger = Admin.create(settings(new TokenIssuer("known"), "alice"))) {
      ExecutionException refused =
          assertThrows(
              ExecutionException.class,
              () -> stranger.listTopics().names().get(60, TimeUnit.SECONDS));
      SaslAuthenticationException why =
          assertInstanceOf(SaslAuthenticationException.class, refused.getCause());
      assertEquals("{\"status\":\"invalid_token\"}", why.getMessage());
    }
  }
}
