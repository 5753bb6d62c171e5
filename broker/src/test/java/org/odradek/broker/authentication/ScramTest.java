package org.odradek.broker.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.controller.znode.ConfigEntity;

class ScramTest {
  private static final InetSocketAddress CLIENT = new InetSocketAddress("127.0.0.1", 50_000);
  private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");

  private final SecureRandom random = new SecureRandom();

  private static ScramUsers only(String name, ScramCredential credential) {
    return (user, hash) -> user.equals(name) ? credential : null;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The example of RFC 7677. */
  @Test
  void theExampleOfTheRfcIsUnderstood() {
    ScramCredential credential =
        ScramCredential.ofPassword(ScramHash.SHA_256, "pencil", SALT, 4096);
    ScramExchange exchange =
        new ScramExchange(
            ScramHash.SHA_256,
            only("user", credential),
            TokenLogins.NONE,
            (name, isToken) -> credential,
            "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0");
    SaslExchange.Challenge challenge =
        assertInstanceOf(
            SaslExchange.Challenge.class,
            exchange.evaluate(utf8("n,,n=user,r=rOprNGfwEbeRWgbNEkqO")));
    assertEquals(
        "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        text(challenge.token()));
    SaslExchange.Done done =
        assertInstanceOf(
            SaslExchange.Done.class,
            exchange.evaluate(
                utf8(
                    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                        + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")));
    assertEquals("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", text(done.token()));
    assertEquals("User:user", done.identity().principal().toString());
  }

  /** As librdkafka before 2.6.1 writes it. */
  @Test
  void theNonceMayHaveTheClientsBeforeItOnceMore() {
    ScramHash hash = ScramHash.SHA_256;
    byte[] clientKey = hash.hmac(hash.saltedPassword("pencil", SALT, 4096), utf8("Client Key"));
    for (String written : List.of("cccs", "cs", "c", "s", "csx")) {
      SaslExchange exchange =
          new ScramExchange(
              hash,
              only("user", ScramCredential.ofPassword(hash, "pencil", SALT, 4096)),
              TokenLogins.NONE,
              (name, isToken) -> {
                throw new AssertionError(name);
              },
              "s");
      SaslExchange.Challenge challenge =
          assertInstanceOf(SaslExchange.Challenge.class, exchange.evaluate(utf8("n,,n=user,r=c")));
      String last = "c=biws,r=" + written;
      byte[] signed = utf8("n=user,r=c," + text(challenge.token()) + "," + last);
      byte[] proof = hash.hmac(hash.hash(clientKey), signed);
      for (int i = 0; i < proof.length; i++) {
        proof[i] ^= clientKey[i];
      }
      SaslExchange.Step step =
          exchange.evaluate(utf8(last + ",p=" + Base64.getEncoder().encodeToString(proof)));
      assertEquals(written.endsWith("cs"), step instanceof SaslExchange.Done, written);
    }
  }

  @ParameterizedTest
  @EnumSource
  void brokersLogInToEachOther(ScramHash hash) {
    ScramCredential stored =
        ScramCredential.parse(ScramCredential.ofPassword(hash, "pa=ss,wörd", SALT, 4096).text());
    ScramMechanism server =
        new ScramMechanism(hash, only("a,b=c", stored), TokenLogins.NONE, random, null);
    ScramClient client =
        new ScramClient(hash, new ClientCredentials("a,b=c", "pa=ss,wörd"), random);
    for (int i = 0; i < 2; i++) {
      SaslClientExchange here = client.begin("localhost");
      SaslExchange there = server.begin(CLIENT);
      SaslExchange.Challenge challenge =
          assertInstanceOf(SaslExchange.Challenge.class, there.evaluate(here.firstToken()));
      byte[] proof = here.evaluate(challenge.token());
      if (proof == null) {
        throw new AssertionError("no proof");
      }
      SaslExchange.Done done = assertInstanceOf(SaslExchange.Done.class, there.evaluate(proof));
      assertFalse(here.isComplete());
      assertNull(here.evaluate(done.token()));
      assertTrue(here.isComplete());
      assertEquals("User:a,b=c", done.identity().principal().toString());
    }
  }

  private SaslExchange.Failed failure(ScramMechanism server, String user, String password) {
    SaslClientExchange here =
        new ScramClient(ScramHash.SHA_256, new ClientCredentials(user, password), random)
            .begin("localhost");
    SaslExchange there = server.begin(CLIENT);
    SaslExchange.Challenge challenge =
        assertInstanceOf(SaslExchange.Challenge.class, there.evaluate(here.firstToken()));
    byte[] proof = here.evaluate(challenge.token());
    if (proof == null) {
      throw new AssertionError("no proof");
    }
    return assertInstanceOf(SaslExchange.Failed.class, there.evaluate(proof));
  }

  @Test
  void aWrongPasswordAndAnUnknownNameLookTheSame() {
    ScramMechanism server =
        new ScramMechanism(
            ScramHash.SHA_256,
            only("alice", ScramCredential.ofPassword(ScramHash.SHA_256, "right", SALT, 4096)),
            TokenLogins.NONE,
            random,
            null);
    SaslExchange.Failed wrong = failure(server, "alice", "wrong");
    SaslExchange.Failed unknown = failure(server, "nobody", "right");
    assertEquals(
        "Authentication failed during authentication due to invalid credentials with SASL"
            + " mechanism SCRAM-SHA-256",
        wrong.toClient());
    assertEquals(wrong.toClient(), unknown.toClient());
    assertEquals("alice", wrong.claimedName());
    assertEquals("nobody", unknown.claimedName());
    assertNotEquals(wrong.toLog(), unknown.toLog());
    // asked twice, the same salt
    String first = challenge(server, "nobody");
    assertEquals(salt(first), salt(challenge(server, "nobody")));
    assertNotEquals(salt(first), salt(challenge(server, "somebody")));
    // of the form that those of Kafka's tools have
    String encoded = salt(first).substring(",s=".length(), salt(first).indexOf(",i="));
    String decoded = new String(Base64.getDecoder().decode(encoded), StandardCharsets.UTF_8);
    assertTrue(decoded.matches("[0-9a-z]{20,26}"), decoded);
  }

  /** As users do; and as tokens do not, whose salts each broker makes for itself. */
  @Test
  void anUnknownUserHasTheSameSaltOnAllBrokersWithACommonSecret() {
    byte[] secret = {1, 2, 3};
    for (ScramHash hash : ScramHash.values()) {
      String first = salt(challenge(broker(hash, secret), "nobody"));
      assertEquals(first, salt(challenge(broker(hash, secret), "nobody")));
      assertNotEquals(first, salt(challenge(broker(hash, secret), "somebody")));
      assertNotEquals(first, salt(challenge(broker(hash, new byte[] {1, 2, 4}), "nobody")));
      assertNotEquals(first, salt(challenge(broker(hash, null), "nobody")));
      String token = "nobody,tokenauth=true";
      assertNotEquals(
          salt(challenge(broker(hash, secret), token)),
          salt(challenge(broker(hash, secret), token)));
    }
  }

  private static ScramMechanism broker(ScramHash hash, byte @Nullable [] secret) {
    return new ScramMechanism(
        hash, new UserCredentials(), TokenLogins.NONE, new SecureRandom(), secret);
  }

  /** A thousand names that nobody has are spread as those of the users are. */
  @Test
  void anUnknownNameHasIterationsAsUsersHaveThem() {
    UserCredentials users = new UserCredentials();
    for (int i = 0; i < 40; i++) {
      set(users, "user" + i, i % 4 == 0 ? 8192 : i == 1 ? 6000 : 4096);
    }
    set(users, "user1", 4096); // no longer anybody's
    set(users, "user2", 5000);
    remove(users, "user2");
    ScramMechanism server =
        new ScramMechanism(ScramHash.SHA_256, users, TokenLogins.NONE, new SecureRandom(), null);
    Map<Integer, Integer> drawn = new TreeMap<>();
    for (int i = 0; i < 1_000; i++) {
      int iterations = iterations(challenge(server, "nobody" + i));
      assertEquals(iterations, iterations(challenge(server, "nobody" + i)), "asked twice");
      drawn.merge(iterations, 1, Integer::sum);
    }
    assertEquals(Set.of(4096, 8192), drawn.keySet());
    // 10 of 39: of 1,000 that is 256, with a standard deviation of 14
    assertEquals(256, Objects.requireNonNull(drawn.get(8192)), 100, drawn.toString());
    assertEquals(
        Map.of(), users.usersByIterations(ScramHash.SHA_512), "nobody has one for this mechanism");
  }

  private static void set(UserCredentials users, String name, int iterations) {
    byte[] key = new byte[32];
    users.configChanged(
        new ConfigEntity("users/" + name),
        Map.of("SCRAM-SHA-256", new ScramCredential(SALT, key, key, iterations).text()));
  }

  private static void remove(UserCredentials users, String name) {
    users.configChanged(new ConfigEntity("users/" + name), Map.of());
  }

  private static int iterations(String challenge) {
    return Integer.parseInt(challenge.substring(challenge.indexOf(",i=") + ",i=".length()));
  }

  @Test
  void anUnknownTokenLooksAsAKnownOneDoes() {
    ScramMechanism server =
        new ScramMechanism(
            ScramHash.SHA_256,
            only("alice", ScramCredential.ofPassword(ScramHash.SHA_256, "right", SALT, 8192)),
            TokenLogins.NONE,
            random,
            null);
    SaslExchange.Step step =
        server.begin(CLIENT).evaluate(utf8("n,,n=no-token,r=abc,tokenauth=true"));
    String said = text(assertInstanceOf(SaslExchange.Challenge.class, step).token());
    assertEquals(TokenLogins.ITERATIONS, iterations(said));
    String encoded = salt(said).substring(",s=".length(), salt(said).indexOf(",i="));
    assertEquals(TokenLogins.SALT_BYTES, Base64.getDecoder().decode(encoded).length);
  }

  private static String challenge(ScramMechanism server, String name) {
    SaslExchange.Step step = server.begin(CLIENT).evaluate(utf8("n,,n=" + name + ",r=abc"));
    return text(assertInstanceOf(SaslExchange.Challenge.class, step).token());
  }

  private static String salt(String challenge) {
    return challenge.substring(challenge.indexOf(",s="));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "n,,",
        "n,,n=user",
        "n,,r=abc",
        "n,,n=,r=abc",
        "n,,n=us=er,r=abc",
        "n,,n=user,r=",
        "n,,n=user,r=a b",
        "n,,n=user,n=user,r=abc",
        "p=tls-unique,,n=user,r=abc",
        "n,a=other,n=user,r=abc",
        "n,,m=x,n=user,r=abc"
      })
  void whatIsNotOfItsFormIsRefused(String first) {
    ScramMechanism server =
        new ScramMechanism(
            ScramHash.SHA_256,
            only("user", ScramCredential.ofPassword(ScramHash.SHA_256, "p", SALT, 4096)),
            TokenLogins.NONE,
            random,
            null);
    assertInstanceOf(SaslExchange.Failed.class, server.begin(CLIENT).evaluate(utf8(first)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c=biws",
        "c=biws,r=NONCE,p=",
        "c=biws,r=other,p=AAAA",
        "c=eSws,r=NONCE,p=AAAA",
        "c=biws,r=NONCE,p=AAAA",
        "c=biws,r=NONCE,p=*"
      })
  void aBadFinalMessageIsRefused(String last) {
    ScramMechanism server =
        new ScramMechanism(
            ScramHash.SHA_256,
            only("user", ScramCredential.ofPassword(ScramHash.SHA_256, "p", SALT, 4096)),
            TokenLogins.NONE,
            random,
            null);
    SaslExchange exchange = server.begin(CLIENT);
    SaslExchange.Challenge challenge =
        assertInstanceOf(SaslExchange.Challenge.class, exchange.evaluate(utf8("n,,n=user,r=abc")));
    String nonce = text(challenge.token()).substring(2, text(challenge.token()).indexOf(','));
    assertInstanceOf(
        SaslExchange.Failed.class, exchange.evaluate(utf8(last.replace("NONCE", nonce))));
  }

  @Test
  void aServerWithoutThePasswordIsNotTrusted() {
    SaslClientExchange client =
        new ScramClient(ScramHash.SHA_256, new ClientCredentials("u", "p"), random).begin("x");
    String nonce = text(client.firstToken()).substring("n,,n=u,r=".length());
    assertTrue(client.evaluate(utf8("r=" + nonce + "x,s=AAAA,i=4096")) != null);
    assertThrows(SaslLoginException.class, () -> client.evaluate(utf8("v=AAAA")));
    assertFalse(client.isComplete());
  }

  @Test
  void aServerMustNotAskForAnyAmountOfWork() {
    for (int iterations : new int[] {1, 4095, Integer.MAX_VALUE}) {
      SaslClientExchange client =
          new ScramClient(ScramHash.SHA_256, new ClientCredentials("u", "p"), random).begin("x");
      String nonce = text(client.firstToken()).substring("n,,n=u,r=".length());
      assertThrows(
          SaslLoginException.class,
          () -> client.evaluate(utf8("r=" + nonce + "x,s=AAAA,i=" + iterations)));
    }
  }

  @Test
  void delegationTokensAreAskedForOnlyByExtension() {
    ScramCredential credential = ScramCredential.ofPassword(ScramHash.SHA_256, "hmac", SALT, 4096);
    TokenLogins tokens =
        (id, hash) ->
            id.equals("token-1")
                ? new TokenLogins.TokenLogin(credential, new Principal("User", "owner"), 77)
                : null;
    ScramMechanism server =
        new ScramMechanism(ScramHash.SHA_256, (user, hash) -> null, tokens, random, null);
    byte[] salted = ScramHash.SHA_256.saltedPassword("hmac", SALT, 4096);
    for (boolean asked : new boolean[] {true, false}) {
      SaslExchange exchange = server.begin(CLIENT);
      String bare = "n=token-1,r=abc" + (asked ? ",tokenauth=true" : "");
      SaslExchange.Challenge challenge =
          assertInstanceOf(SaslExchange.Challenge.class, exchange.evaluate(utf8("n,," + bare)));
      String answer = text(challenge.token());
      String last = "c=biws," + answer.substring(0, answer.indexOf(','));
      byte[] clientKey = ScramHash.SHA_256.hmac(salted, utf8("Client Key"));
      byte[] proof =
          ScramHash.SHA_256.hmac(
              ScramHash.SHA_256.hash(clientKey), utf8(bare + "," + answer + "," + last));
      for (int i = 0; i < proof.length; i++) {
        proof[i] ^= clientKey[i];
      }
      SaslExchange.Step step =
          exchange.evaluate(utf8(last + ",p=" + Base64.getEncoder().encodeToString(proof)));
      if (asked) {
        assertEquals(
            new SaslExchange.Identity(new Principal("User", "owner"), true, OptionalLong.of(77)),
            assertInstanceOf(SaslExchange.Done.class, step).identity());
      } else {
        assertInstanceOf(SaslExchange.Failed.class, step);
      }
    }
  }

  /** What has to be made first is not made by an event loop, which others wait for. */
  @Test
  void aTokenWithoutACredentialYetIsJudgedElsewhere() {
    Executor elsewhere = task -> {};
    TokenLogins tokens =
        new TokenLogins() {
          @Override
          public @Nullable TokenLogin find(String tokenId, ScramHash hash) {
            return null;
          }

          @Override
          public @Nullable Executor executor(String tokenId, ScramHash hash) {
            return tokenId.equals("to,be=made") ? elsewhere : null;
          }
        };
    ScramMechanism server =
        new ScramMechanism(ScramHash.SHA_256, (user, hash) -> null, tokens, random, null);
    String toBeMade = "n,,n=to=2Cbe=3Dmade,r=abc";
    assertSame(elsewhere, server.begin(CLIENT).executor(utf8(toBeMade + ",tokenauth=true")));
    for (String other :
        new String[] {toBeMade, "n,,n=made,r=abc,tokenauth=true", "", ",", "n,,x,tokenauth=true"}) {
      assertNull(server.begin(CLIENT).executor(utf8(other)), other);
    }
    assertNull(server.begin(CLIENT).executor(new byte[] {(byte) 0xff}));
  }

  @Test
  void textThatIsNoCredentialIsNotPrinted() {
    for (String text :
        new String[] {
          "", "salt=c2VjcmV0", "salt=c2VjcmV0,stored_key=*secret*,server_key=x,iterations=1"
        }) {
      IllegalArgumentException failure =
          assertThrows(IllegalArgumentException.class, () -> ScramCredential.parse(text));
      assertFalse(String.valueOf(failure.getMessage()).contains("ecret"), failure.getMessage());
    }
  }
}
