package org.odradek.broker.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;

class SaslLoginTest {
  private static final byte[] RIGHT = "\0alice\0a".getBytes(StandardCharsets.UTF_8);
  private static final byte[] OTHER = "\0bob\0b".getBytes(StandardCharsets.UTF_8);
  private static final byte[] WRONG = "\0alice\0b".getBytes(StandardCharsets.UTF_8);

  private final PlainMechanism plain =
      PlainMechanism.of(
          List.of(new JaasEntry(JaasEntry.PLAIN, Map.of("user_alice", "a", "user_bob", "b"))));

  /** Whatever the token is, it is that of a user whose credential ends at 5,000 ms. */
  private static final SaslMechanism EXPIRING =
      new SaslMechanism() {
        @Override
        public String name() {
          return "EXPIRING";
        }

        @Override
        public SaslExchange begin(InetSocketAddress client) {
          return token ->
              new SaslExchange.Done(
                  new byte[0],
                  new SaslExchange.Identity(
                      new Principal("User", "alice"), false, OptionalLong.of(5_000)));
        }
      };

  private long nowMs = 1_000;

  private SaslLogin login(Map<String, Long> maxReauthMs) {
    return new SaslLogin(
        new SaslListener(
            "X", new SaslListener.Settings(List.of(plain, EXPIRING), 1000, 100, 1000, maxReauthMs)),
        new InetSocketAddress("127.0.0.1", 50_000),
        () -> TimeUnit.MILLISECONDS.toNanos(nowMs),
        () -> nowMs);
  }

  private static void assertServed(SaslLogin login, ApiKey key) {
    assertInstanceOf(SaslLogin.Serve.class, login.admit(key));
  }

  private static void assertClosed(SaslLogin login, @Nullable ApiKey key) {
    assertClosed(login, key, SaslLogin.Refuse.class);
  }

  private static void assertClosed(
      SaslLogin login, @Nullable ApiKey key, Class<? extends SaslLogin.Admission> by) {
    assertInstanceOf(by, login.admit(key));
    assertTrue(login.hasFailed());
    assertFalse(login.isLoggedIn());
    assertInstanceOf(SaslLogin.Refuse.class, login.admit(ApiKey.SASL_HANDSHAKE));
  }

  private static SaslLogin.LoggedIn loggedIn(SaslLogin login, String mechanism, byte[] token) {
    assertServed(login, ApiKey.SASL_HANDSHAKE);
    assertEquals(ErrorCode.NONE, login.handshake(mechanism, true).error());
    assertServed(login, ApiKey.SASL_AUTHENTICATE);
    return assertInstanceOf(SaslLogin.LoggedIn.class, login.authenticate(token));
  }

  @Test
  void theUsualWay() {
    SaslLogin login = login(Map.of());
    assertServed(login, ApiKey.API_VERSIONS);
    login.versionsTold();
    SaslLogin.LoggedIn in = loggedIn(login, "PLAIN", RIGHT);
    assertEquals("User:alice", in.identity().principal().toString());
    assertEquals(0, in.lifetimeMs());
    assertTrue(login.isLoggedIn());
    nowMs += TimeUnit.DAYS.toMillis(1000);
    for (ApiKey key : List.of(ApiKey.API_VERSIONS, ApiKey.PRODUCE, ApiKey.METADATA)) {
      assertServed(login, key);
    }
  }

  @Test
  void nothingElseIsServedBefore() {
    for (ApiKey key : ApiKey.values()) {
      if (key != ApiKey.API_VERSIONS && key != ApiKey.SASL_HANDSHAKE) {
        assertClosed(login(Map.of()), key);
      }
      if (key != ApiKey.SASL_AUTHENTICATE) {
        SaslLogin midway = login(Map.of());
        midway.handshake("PLAIN", true);
        assertClosed(midway, key, SaslLogin.OutOfTurn.class);
      }
    }
    assertClosed(login(Map.of()), null);
    SaslLogin asked = login(Map.of());
    asked.versionsTold();
    assertClosed(asked, ApiKey.API_VERSIONS);
  }

  @Test
  void tokensWithoutAHeader() {
    SaslLogin login = login(Map.of());
    login.handshake("PLAIN", false);
    assertInstanceOf(SaslLogin.RawToken.class, login.admit(ApiKey.METADATA));
    assertInstanceOf(SaslLogin.RawToken.class, login.admit(null));
    assertInstanceOf(SaslLogin.LoggedIn.class, login.authenticate(RIGHT));
    assertServed(login, ApiKey.METADATA);
  }

  @Test
  void aWrongTokenEndsIt() {
    SaslLogin login = login(Map.of());
    login.handshake("PLAIN", true);
    SaslLogin.Refused refused =
        assertInstanceOf(SaslLogin.Refused.class, login.authenticate(WRONG));
    assertEquals(ErrorCode.SASL_AUTHENTICATION_FAILED, refused.error());
    assertEquals("alice", refused.claimedName());
    assertTrue(login.hasFailed());
    assertClosed(login, ApiKey.SASL_AUTHENTICATE);
  }

  @Test
  void aMechanismThatIsNotEnabledEndsIt() {
    SaslLogin login = login(Map.of());
    var answer = login.handshake("GSSAPI", true);
    assertEquals(ErrorCode.UNSUPPORTED_SASL_MECHANISM, answer.error());
    assertEquals(List.of("PLAIN", "EXPIRING"), answer.mechanisms());
    assertTrue(login.hasFailed());
  }

  @Test
  void whoNeedNotLogInAgainCannot() {
    SaslLogin login = login(Map.of());
    loggedIn(login, "PLAIN", RIGHT);
    nowMs += 10_000;
    assertEquals(ErrorCode.ILLEGAL_SASL_STATE, login.handshake("PLAIN", true).error());
    SaslLogin.Refused refused =
        assertInstanceOf(SaslLogin.Refused.class, login.authenticate(RIGHT));
    assertEquals(ErrorCode.ILLEGAL_SASL_STATE, refused.error());
    assertTrue(login.isLoggedIn());
    assertServed(login, ApiKey.METADATA);
  }

  @Test
  void aSessionEndsUnlessTheClientLogsInAgain() {
    SaslLogin login = login(Map.of("PLAIN", 3_000L));
    assertEquals(3_000, loggedIn(login, "PLAIN", RIGHT).lifetimeMs());
    nowMs += 2_999;
    assertServed(login, ApiKey.METADATA);
    SaslLogin.LoggedIn again = loggedIn(login, "PLAIN", RIGHT);
    assertTrue(again.again());
    nowMs += 2_999;
    assertServed(login, ApiKey.METADATA);
    nowMs++;
    // late, but still in time before anything else
    loggedIn(login, "PLAIN", RIGHT);
    nowMs += 3_000;
    assertClosed(login, ApiKey.METADATA);
  }

  @Test
  void aSessionLivesNoLongerThanWhatTheClientHasShown() {
    SaslLogin login = login(Map.of("EXPIRING", 60_000L));
    assertEquals(4_000, loggedIn(login, "EXPIRING", RIGHT).lifetimeMs());
    nowMs = 5_000;
    assertClosed(login, ApiKey.METADATA);
    nowMs = 1_000;
    assertEquals(
        2_000, loggedIn(login(Map.of("EXPIRING", 2_000L)), "EXPIRING", RIGHT).lifetimeMs());
  }

  @Test
  void againOnlyAsTheSameAndByTheSameMechanism() {
    SaslLogin other = login(Map.of("PLAIN", 3_000L));
    loggedIn(other, "PLAIN", RIGHT);
    nowMs += 2_000;
    other.handshake("PLAIN", true);
    assertInstanceOf(SaslLogin.Refused.class, other.authenticate(OTHER));
    assertTrue(other.hasFailed());

    SaslLogin mechanism = login(Map.of("PLAIN", 3_000L));
    loggedIn(mechanism, "PLAIN", RIGHT);
    nowMs += 2_000;
    assertEquals(ErrorCode.NONE, mechanism.handshake("EXPIRING", true).error());
    assertInstanceOf(SaslLogin.Refused.class, mechanism.authenticate(RIGHT));
    assertTrue(mechanism.hasFailed());
  }

  @Test
  void notAgainAtOnceAndNotWithoutHeaders() {
    SaslLogin login = login(Map.of("PLAIN", 3_000L));
    loggedIn(login, "PLAIN", RIGHT);
    // as Kafka: the first time at any time
    assertTrue(loggedIn(login, "PLAIN", RIGHT).again());
    nowMs += 999;
    assertEquals(ErrorCode.ILLEGAL_SASL_STATE, login.handshake("PLAIN", true).error());
    nowMs += 1;
    assertEquals(ErrorCode.ILLEGAL_SASL_STATE, login.handshake("PLAIN", false).error());
    assertEquals(ErrorCode.NONE, login.handshake("PLAIN", true).error());
    assertClosed(login, ApiKey.METADATA, SaslLogin.OutOfTurn.class);
  }
}
