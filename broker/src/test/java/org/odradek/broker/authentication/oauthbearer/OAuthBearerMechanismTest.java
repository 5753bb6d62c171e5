package org.odradek.broker.authentication.oauthbearer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.odradek.broker.authentication.SaslClientExchange;
import org.odradek.broker.authentication.SaslExchange;

class OAuthBearerMechanismTest {
  private static final long NOW_MS = 1_700_000_000_000L;
  private static final InetSocketAddress CLIENT = new InetSocketAddress("127.0.0.1", 1);

  private final OAuthBearerMechanism mechanism =
      new OAuthBearerMechanism(UnsecuredTokens.of(Map.of(), () -> Instant.ofEpochMilli(NOW_MS)));

  @Test
  void theBrokersOwnClientIsLetIn() throws Exception {
    OwnToken own =
        new OwnToken(
            "the test",
            UnsecuredTokens.source("broker", Map.of(), () -> Instant.ofEpochMilli(NOW_MS)),
            new OwnToken.RefreshRules(0.8, 300_000, 60_000),
            () -> Instant.ofEpochMilli(NOW_MS));
    assertEquals(2_880_000, own.fetch());
    SaslClientExchange client = new OAuthBearerClient(own).begin("localhost");
    SaslExchange.Done done =
        assertInstanceOf(
            SaslExchange.Done.class, mechanism.begin(CLIENT).evaluate(client.firstToken()));
    assertEquals("User:broker", done.identity().principal().toString());
    assertEquals(OptionalLong.of(NOW_MS + 3_600_000), done.identity().expiresAtMs());
    assertEquals(null, client.evaluate(done.token()));
    assertEquals(true, client.isComplete());
  }

  @Test
  void aRefusedClientIsToldTwice() {
    SaslExchange exchange = mechanism.begin(CLIENT);
    SaslExchange.Challenge told =
        assertInstanceOf(
            SaslExchange.Challenge.class, exchange.evaluate(message("n,,", "auth=Bearer a.b.c")));
    assertArrayEquals(
        "{\"status\":\"invalid_token\"}".getBytes(StandardCharsets.UTF_8), told.token());
    SaslExchange.Failed failed =
        assertInstanceOf(SaslExchange.Failed.class, exchange.evaluate(new byte[] {1}));
    assertEquals("{\"status\":\"invalid_token\"}", failed.toClient());
    assertEquals("the token is not an unsigned one", failed.toLog());
  }

  @Test
  void aSecondTokenAfterARefusalIsNotLookedAt() {
    SaslExchange exchange = mechanism.begin(CLIENT);
    exchange.evaluate(message("n,,", "auth=Bearer a.b.c"));
    assertInstanceOf(
        SaslExchange.Failed.class, exchange.evaluate(message("n,,", "auth=Bearer " + token(""))));
  }

  @Test
  void onlyTheTokensOwnPrincipalCanBeAskedFor() {
    assertInstanceOf(
        SaslExchange.Done.class,
        mechanism
            .begin(CLIENT)
            .evaluate(message("n,a=al=2Cice,", "auth=bearer  " + token(""), "trace=on")));
    SaslExchange.Failed failed =
        assertInstanceOf(
            SaslExchange.Failed.class,
            mechanism.begin(CLIENT).evaluate(message("n,a=bob,", "auth=Bearer " + token(""))));
    assertEquals("al,ice", failed.claimedName());
  }

  @Test
  void malformedMessagesAreRefusedAtOnce() {
    String good = "n,,\u0001auth=Bearer " + token("") + "\u0001\u0001";
    List<String> bad =
        new ArrayList<>(
            List.of(
                "",
                "\u0001",
                "n,,",
                "n,,\u0001\u0001",
                "n,,\u0001\u0001\u0001",
                "y,,\u0001auth=Bearer x\u0001\u0001",
                "n,,\u0001auth=Basic x\u0001\u0001",
                "n,,\u0001auth=Bearer \u0001\u0001",
                "n,,\u0001auth=Bearer x\u0001auth=Bearer y\u0001\u0001",
                "n,,\u0001k3y=x\u0001auth=Bearer x\u0001\u0001",
                "n,,\u0001key=x\u0001\u0001"));
    for (int length = 0; length < good.length(); length++) {
      bad.add(good.substring(0, length));
    }
    for (String text : bad) {
      SaslExchange.Failed failed =
          assertInstanceOf(
              SaslExchange.Failed.class,
              mechanism.begin(CLIENT).evaluate(text.getBytes(StandardCharsets.UTF_8)),
              text);
      assertFalse(failed.toLog().contains("eyJ"), failed.toLog());
    }
  }

  @Test
  void headersAreOfTheirForm() {
    for (String bad :
        List.of(
            "n,a=,",
            "n,a",
            "n,a=x",
            "n,",
            "n",
            "n,b=x,",
            "n,a=x,,",
            "n,a=x=,",
            "n,a==3=2CD,",
            "n,a=x\0,",
            // each letter of the id took stack once, so that the login died instead of failing
            "n,a=" + "x".repeat(400_000) + ",")) {
      SaslExchange.Failed failed =
          assertInstanceOf(
              SaslExchange.Failed.class,
              mechanism.begin(CLIENT).evaluate(message(bad, "auth=Bearer " + token(""))),
              bad);
      assertEquals("the first message is not one of OAUTHBEARER", failed.toLog());
    }
  }

  @Test
  void unsignedTokensAreCheckedForTheRest() throws Exception {
    assertEquals("al,ice", validate(Map.of(), token("")));
    assertEquals(
        "the token has expired",
        refusal(Map.of(), unsigned("{\"sub\":\"a\",\"exp\":1699999999.5}")));
    assertEquals(
        "a",
        validate(
            Map.of("unsecuredValidatorAllowableClockSkewMs", "600"),
            unsigned("{\"sub\":\"a\",\"exp\":1699999999.5}")));
    assertEquals(
        "the token does not say when it expires (exp)",
        refusal(Map.of(), unsigned("{\"sub\":\"a\"}")));
    assertEquals(
        "the token was issued (iat) in the future, or expired",
        refusal(Map.of(), unsigned("{\"sub\":\"a\",\"exp\":1700000009,\"iat\":1700000001}")));
    Map<String, String> scoped = Map.of("unsecuredValidatorRequiredScope", "x y");
    assertEquals("al,ice", validate(scoped, token(",\"scope\":[\"y\",\"z\",\"x\"]")));
    TokenRefusedException refused =
        assertThrows(
            TokenRefusedException.class, () -> validate(scoped, token(",\"scope\":\"x\"")));
    assertEquals("insufficient_scope", refused.status());
    assertEquals(
        "b",
        validate(Map.of("unsecuredValidatorPrincipalClaimName", "name"), token(",\"name\":\"b\"")));
    assertEquals("the token is not an unsigned one", refusal(Map.of(), token("") + "AAAA"));
  }

  @Test
  void anOwnTokenIsRenewedInTimeAndOldOnesAreRefused() throws Exception {
    OwnToken.RefreshRules rules = new OwnToken.RefreshRules(0.8, 300_000, 60_000);
    assertEquals(8 * 3_600_000, rules.nextInMs(10 * 3_600_000));
    assertEquals(700_000, rules.nextInMs(1_000_000), "the buffer");
    assertEquals(60_000, rules.nextInMs(301_000), "the shortest period");
    assertEquals(8_000, rules.nextInMs(10_000), "as short as it lives");
    for (String bad : List.of("", "x", "a.b.c", unsigned("{}"), unsigned("{\"exp\":1}"))) {
      assertThrows(
          IOException.class,
          () ->
              new OwnToken("the test", () -> bad, rules, () -> Instant.ofEpochMilli(NOW_MS))
                  .fetch());
    }
  }

  private static String validate(Map<String, String> options, String token)
      throws TokenRefusedException {
    return UnsecuredTokens.of(options, () -> Instant.ofEpochMilli(NOW_MS))
        .validate(token)
        .principalName();
  }

  private static @Nullable String refusal(Map<String, String> options, String token) {
    return assertThrows(TokenRefusedException.class, () -> validate(options, token)).getMessage();
  }

  private static String token(String moreClaims) {
    return unsigned("{\"sub\":\"al,ice\",\"exp\":1700000100" + moreClaims + "}");
  }

  private static String unsigned(String claims) {
    return base64("{\"alg\":\"none\"}") + "." + base64(claims) + ".";
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] message(String header, String... fields) {
    return (header + "\u0001" + String.join("\u0001", fields) + "\u0001\u0001")
        .getBytes(StandardCharsets.UTF_8);
  }
}
