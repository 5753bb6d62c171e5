package org.odradek.broker.authentication.oauthbearer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.keys.HmacKey;
import org.junit.jupiter.api.Test;

class SignedTokensTest {
  private static final long NOW_SECONDS = 1_700_000_000;
  private static final SignedTokenRules RULES =
      new SignedTokenRules(List.of(), null, 30, "scope", "sub");

  private final TestIssuer issuer = new TestIssuer("k1");
  private final JsonWebKeys keys = new JsonWebKeys("the test", issuer::publicKeys);

  SignedTokensTest() throws IOException {
    keys.load();
  }

  @Test
  void aTokenByAKnownKeySaysWhoItIsAndUntilWhen() throws Exception {
    BearerToken token =
        validator(RULES).validate(issuer.sign(claims("\"sub\":\"alice\",\"scope\":\"a b\"", 100)));
    assertEquals(new BearerToken("alice", (NOW_SECONDS + 100) * 1_000), token);
    assertEquals(
        "bob",
        validator(new SignedTokenRules(List.of("kafka"), "me", 30, "scope", "name"))
            .validate(
                issuer.sign(
                    claims(
                        "\"name\":\"bob\",\"iss\":\"me\",\"aud\":[\"x\",\"kafka\"],\"scope\":[\"a\"]",
                        100)))
            .principalName());
  }

  @Test
  void clocksMayDiffer() throws Exception {
    String claims = claims("\"sub\":\"alice\"", -29);
    assertEquals("alice", validator(RULES).validate(issuer.sign(claims)).principalName());
    assertEquals(
        "the token has expired", refusal(RULES, issuer.sign(claims("\"sub\":\"alice\"", -31))));
  }

  @Test
  void whatIsNotForUsIsRefused() {
    SignedTokenRules strict = new SignedTokenRules(List.of("kafka"), "me", 30, "scope", "sub");
    assertEquals(
        "the token has no audience (aud); the token has no issuer (iss)",
        refusal(strict, issuer.sign(claims("\"sub\":\"a\"", 9))));
    assertEquals(
        "the token's audience (aud) is not one of sasl.oauthbearer.expected.audience; the token's"
            + " issuer (iss) is not sasl.oauthbearer.expected.issuer",
        refusal(
            strict, issuer.sign(claims("\"sub\":\"a\",\"aud\":\"other\",\"iss\":\"other\"", 9))));
    assertEquals(
        "the token's audience (aud) is not one of sasl.oauthbearer.expected.audience",
        refusal(RULES, issuer.sign(claims("\"sub\":\"a\",\"aud\":\"other\"", 9))));
    assertEquals(
        "the token has no claim sub, which names the principal",
        refusal(RULES, issuer.sign(claims("\"sub\":\" \"", 9))));
    assertEquals(
        "a claim of the token is of the wrong type",
        refusal(RULES, issuer.sign(claims("\"sub\":7", 9))));
    assertEquals(
        "the claim scope has an empty or a doubled name",
        refusal(RULES, issuer.sign(claims("\"sub\":\"a\",\"scope\":[\"x\",\"x\"]", 9))));
    assertEquals(
        "the token does not say when it expires (exp)",
        refusal(RULES, issuer.sign("{\"sub\":\"a\",\"iat\":1}")));
    assertEquals(
        "the token does not say when it was issued (iat)",
        refusal(RULES, issuer.sign("{\"sub\":\"a\",\"exp\":" + (NOW_SECONDS + 9) + "}")));
  }

  @Test
  void signaturesOfOthersAreRefusedAndNoPartOfTheTokenIsLogged() {
    String claims = claims("\"sub\":\"alice\"", 100);
    String forged = new TestIssuer("k1").sign(claims);
    assertEquals("the token's signature is wrong", refusal(RULES, forged));
    assertFalse(keys.isKeyMissed());
    String unknown = new TestIssuer("k2").sign(claims);
    assertEquals(
        "the token cannot be checked: it is malformed, or its key is not known",
        refusal(RULES, unknown));
    assertTrue(keys.isKeyMissed());
    String good = issuer.sign(claims);
    String[] parts = good.split("\\.", -1);
    String changed = parts[0] + "." + base64(claims("\"sub\":\"admin\"", 100)) + "." + parts[2];
    assertEquals("the token's signature is wrong", refusal(RULES, changed));
  }

  @Test
  void thereIsNoWayRoundTheSignature() throws Exception {
    String claims = claims("\"sub\":\"admin\"", 100);
    assertTrue(
        refusal(RULES, base64("{\"alg\":\"none\"}") + "." + base64(claims) + ".")
            .startsWith("the token cannot be checked"));
    assertEquals("the token does not have the three parts of a signed one", refusal(RULES, "a.b"));
    assertEquals(
        "the token does not have the three parts of a signed one", refusal(RULES, "a.b.c.d.e"));
    assertTrue(refusal(RULES, "..").startsWith("the token cannot be checked"));
    // the public key, which everybody knows, taken for a shared secret
    JsonWebSignature hmac = new JsonWebSignature();
    hmac.setAlgorithmConstraints(AlgorithmConstraints.NO_CONSTRAINTS);
    hmac.setPayload(claims);
    hmac.setKeyIdHeaderValue("k1");
    hmac.setAlgorithmHeaderValue("HS256");
    hmac.setKey(new HmacKey(issuer.publicKeys().getBytes(StandardCharsets.UTF_8)));
    assertTrue(
        refusal(RULES, hmac.getCompactSerialization()).startsWith("the token cannot be checked"));
  }

  @Test
  void aNewKeyOfTheIssuerIsTakenWithTheNextLoad() throws Exception {
    TestIssuer later = new TestIssuer("k2");
    List<String> shown = new java.util.ArrayList<>(List.of(issuer.publicKeys()));
    JsonWebKeys changing = new JsonWebKeys("the test", shown::getLast);
    changing.load();
    SignedTokens validator =
        new SignedTokens(RULES, changing, () -> Instant.ofEpochSecond(NOW_SECONDS));
    String token = later.sign(claims("\"sub\":\"a\"", 100));
    assertThrows(TokenRefusedException.class, () -> validator.validate(token));
    shown.add("{}");
    assertThrows(IOException.class, changing::load);
    assertThrows(TokenRefusedException.class, () -> validator.validate(token));
    shown.add(later.publicKeys());
    changing.load();
    assertFalse(changing.isKeyMissed());
    assertEquals("a", validator.validate(token).principalName());
  }

  private SignedTokens validator(SignedTokenRules rules) {
    return new SignedTokens(rules, keys, () -> Instant.ofEpochSecond(NOW_SECONDS));
  }

  private String refusal(SignedTokenRules rules, String token) {
    return String.valueOf(
        assertThrows(TokenRefusedException.class, () -> validator(rules).validate(token))
            .getMessage());
  }

  private static String claims(String claims, long lifetimeSeconds) {
    return "{%s,\"iat\":%d,\"exp\":%d}"
        .formatted(claims, NOW_SECONDS - 1_000, NOW_SECONDS + lifetimeSeconds);
  }

  private static String base64(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }
}
