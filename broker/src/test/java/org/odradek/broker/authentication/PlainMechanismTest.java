package org.odradek.broker.authentication;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainMechanismTest {
  private static final InetSocketAddress CLIENT = new InetSocketAddress("127.0.0.1", 50_000);

  private final PlainMechanism mechanism =
      PlainMechanism.of(
          List.of(
              new JaasEntry(
                  JaasEntry.PLAIN, Map.of("user_alice", "pä ss", "password", "own", "user_", "x")),
              new JaasEntry("some.Other", Map.of("user_bob", "b"))));

  private SaslExchange.Step evaluate(String token) {
    return mechanism.begin(CLIENT).evaluate(token.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void whoKnowsThePasswordIsLetIn() {
    for (String token : List.of("\0alice\0pä ss", "alice\0alice\0pä ss")) {
      SaslExchange.Done done = assertInstanceOf(SaslExchange.Done.class, evaluate(token));
      assertEquals("User:alice", done.identity().principal().toString());
      assertFalse(done.identity().byDelegationToken());
      assertTrue(done.identity().expiresAtMs().isEmpty());
      assertArrayEquals(new byte[0], done.token());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\0alice\0pass",
        "\0alice\0pä ss ",
        "\0bob\0b",
        "\0Alice\0pä ss",
        "\0password\0own"
      })
  void theClientIsNotToldWhetherTheNameOrThePasswordIsWrong(String token) {
    SaslExchange.Failed failed = assertInstanceOf(SaslExchange.Failed.class, evaluate(token));
    assertEquals("Authentication failed: Invalid username or password", failed.toClient());
    assertEquals(token.split("\0")[1], failed.claimedName());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "alice",
        "\0alice",
        "\0alice\0",
        "\0\0x",
        "\0alice\0pä ss\0",
        "bob\0alice\0pä ss"
      })
  void whatIsNotOfItsFormIsRefused(String token) {
    SaslExchange.Failed failed = assertInstanceOf(SaslExchange.Failed.class, evaluate(token));
    assertTrue(failed.toClient().startsWith("Authentication failed: "), failed.toClient());
    assertFalse(failed.toLog().contains("pä"), failed.toLog());
  }

  @Test
  void aTokenThatIsNoTextIsRefused() {
    assertInstanceOf(
        SaslExchange.Failed.class,
        mechanism.begin(CLIENT).evaluate(new byte[] {0, (byte) 0xff, 0, 1}));
  }

  @Test
  void theClientSaysWhatTheServerTakes() {
    PlainClient client = new PlainClient(new ClientCredentials("alice", "pä ss"));
    SaslClientExchange exchange = client.begin("localhost");
    assertInstanceOf(
        SaslExchange.Done.class, mechanism.begin(CLIENT).evaluate(exchange.firstToken()));
    assertFalse(exchange.isComplete());
    byte @Nullable [] next = exchange.evaluate(new byte[0]);
    assertNull(next);
    assertTrue(exchange.isComplete());
  }
}
