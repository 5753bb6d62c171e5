package org.odradek.broker.authentication.oauthbearer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.odradek.broker.authentication.Refresher;
import org.odradek.broker.authentication.SaslExchange;

/** Keys and tokens from a web server. */
@Timeout(60)
class WebSourcesTest {
  private static final long NOW_SECONDS = 1_700_000_000;
  private static final TextSources.Timeouts TIMEOUTS = new TextSources.Timeouts(10_000, 10_000);
  private static final SignedTokenRules RULES =
      new SignedTokenRules(List.of(), null, 30, "scope", "sub");

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch over = new CountDownLatch(1);
  private @Nullable HttpServer server;

  /** What the server answers to a request. */
  private interface Answer {
    void to(HttpExchange request) throws IOException;
  }

  private static void answer(HttpExchange request, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    request.sendResponseHeaders(status, bytes.length);
    request.getResponseBody().write(bytes);
    request.close();
  }

  private String serve(HttpServer made, String scheme, Answer answer) {
    server = made;
    made.setExecutor(threads);
    made.createContext("/", answer::to);
    made.start();
    return scheme + "://localhost:" + made.getAddress().getPort() + "/it";
  }

  private String serve(Answer answer) throws IOException {
    return serve(HttpServer.create(loopback(), 0), "http", answer);
  }

  private static InetSocketAddress loopback() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  @AfterEach
  void stop() {
    over.countDown();
    if (server != null) {
      server.stop(0);
    }
    threads.shutdownNow();
  }

  private static String claims() {
    return "{\"sub\":\"alice\",\"iat\":%d,\"exp\":%d}"
        .formatted(NOW_SECONDS - 10, NOW_SECONDS + 100);
  }

  private static SignedTokens validator(JsonWebKeys keys) {
    return new SignedTokens(RULES, keys, () -> Instant.ofEpochSecond(NOW_SECONDS));
  }

  @Test
  void aTokenByANewKeyMakesTheKeysToBeLoadedAgain() throws Exception {
    TestIssuer first = new TestIssuer("k1");
    TestIssuer second = new TestIssuer("k2");
    AtomicInteger asked = new AtomicInteger();
    String url =
        serve(request ->
            answer(
                request,
                200,
                asked.incrementAndGet() == 1 ? first.publicKeys() : second.publicKeys()));
    JsonWebKeys keys = new JsonWebKeys(url, TextSources.of(url, TIMEOUTS));
    Refresher refresher =
        new Refresher(
            () -> {
              keys.load();
              return 3_600_000;
            },
            new Refresher.Backoff(100, 10_000),
            keys::isKeyMissed);
    refresher.tick(0, Runnable::run);
    assertEquals("alice", validator(keys).validate(first.sign(claims())).principalName());
    refresher.tick(1_000, Runnable::run);
    assertEquals(1, asked.get());

    assertThrows(
        TokenRefusedException.class, () -> validator(keys).validate(second.sign(claims())));
    refresher.tick(2_000, Runnable::run);
    assertEquals(2, asked.get());
    assertEquals("alice", validator(keys).validate(second.sign(claims())).principalName());
    assertThrows(TokenRefusedException.class, () -> validator(keys).validate(first.sign(claims())));
  }

  @Test
  void keysStayWhileTheServerHasNone() throws Exception {
    TestIssuer issuer = new TestIssuer("k1");
    AtomicInteger asked = new AtomicInteger();
    String url =
        serve(request -> {
          switch (asked.incrementAndGet()) {
            case 1 -> answer(request, 200, issuer.publicKeys());
            case 2 -> answer(request, 503, "later");
            case 3 -> answer(request, 200, "<html>not keys</html>");
            default -> answer(request, 200, "x".repeat((1 << 20) + 1));
          }
        });
    JsonWebKeys keys = new JsonWebKeys(url, TextSources.of(url, TIMEOUTS));
    keys.load();
    for (String why : List.of("503", "no JSON web key set", "more than")) {
      String message = String.valueOf(assertThrows(IOException.class, keys::load).getMessage());
      assertTrue(message.contains(why) && message.contains(url.substring(7, 16)), message);
      assertEquals("alice", validator(keys).validate(issuer.sign(claims())).principalName());
    }
  }

  @Test
  void aServerThatSaysNothingIsNotWaitedForLong() throws IOException {
    String url =
        serve(request -> {
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    JsonWebKeys keys =
        new JsonWebKeys(url, TextSources.of(url, new TextSources.Timeouts(10_000, 50)));
    assertThrows(IOException.class, keys::load);
  }

  @Test
  void certificatesOfHttpsAreChecked() throws Exception {
    X509Bundle certificate =
        new CertificateBuilder()
            .subject("CN=localhost")
            .addSanDnsName("localhost")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    SSLContext own = SSLContext.getInstance("TLS");
    own.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
    HttpsServer https = HttpsServer.create(loopback(), 0);
    https.setHttpsConfigurator(new HttpsConfigurator(own));
    TestIssuer issuer = new TestIssuer("k1");
    String url = serve(https, "https", request -> answer(request, 200, issuer.publicKeys()));

    JsonWebKeys untrusted = new JsonWebKeys(url, TextSources.of(url, TIMEOUTS));
    IOException refused = assertThrows(IOException.class, untrusted::load);
    assertTrue(refused.getCause() instanceof SSLException, refused.toString());

    SSLContext trusting = SSLContext.getInstance("TLS");
    trusting.init(null, certificate.toTrustManagerFactory().getTrustManagers(), null);
    SSLSocketFactory before = HttpsURLConnection.getDefaultSSLSocketFactory();
    HttpsURLConnection.setDefaultSSLSocketFactory(trusting.getSocketFactory());
    try {
      JsonWebKeys keys = new JsonWebKeys(url, TextSources.of(url, TIMEOUTS));
      keys.load();
      assertEquals("alice", validator(keys).validate(issuer.sign(claims())).principalName());
    } finally {
      HttpsURLConnection.setDefaultSSLSocketFactory(before);
    }
  }

  private static ClientCredentialsGrant grant(String url, String secret) {
    return new ClientCredentialsGrant(
        URI.create(url), "broker-1", secret, "kafka internal", TIMEOUTS);
  }

  /** An authorization server that knows one client. */
  private static void authorize(HttpExchange request, String token) throws IOException {
    String right =
        "Basic "
            + Base64.getEncoder().encodeToString("broker-1:right".getBytes(StandardCharsets.UTF_8));
    String form = new String(request.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (!right.equals(request.getRequestHeaders().getFirst("Authorization"))) {
      answer(request, 401, "{\"error\":\"invalid_client\"}");
    } else if (!request.getRequestMethod().equals("POST")
        || !form.equals("grant_type=client_credentials&scope=kafka+internal")) {
      answer(request, 400, "{\"error\":\"invalid_request\"}");
    } else {
      answer(request, 200, "{\"access_token\":\"" + token + "\",\"token_type\":\"Bearer\"}");
    }
  }

  @Test
  void aBrokerLogsInWithTheTokenThatItGetsForItsCredentials() throws Exception {
    TestIssuer issuer = new TestIssuer("k1");
    String token = issuer.sign(claims());
    String url = serve(request -> authorize(request, token));
    OwnToken own =
        new OwnToken(
            url,
            grant(url, "right"),
            new OwnToken.RefreshRules(0.8, 10_000, 1_000),
            () -> Instant.ofEpochSecond(NOW_SECONDS));
    assertEquals(80_000, own.fetch());

    JsonWebKeys keys = new JsonWebKeys("the test", issuer::publicKeys);
    keys.load();
    var server =
        new OAuthBearerMechanism(validator(keys)).begin(new InetSocketAddress("127.0.0.1", 1));
    var client = new OAuthBearerClient(own).begin("localhost");
    var done = (SaslExchange.Done) server.evaluate(client.firstToken());
    assertEquals("User:alice", done.identity().principal().toString());
    assertNull(client.evaluate(done.token()));
  }

  @Test
  void wrongCredentialsAreNamedWithoutTheSecret() throws IOException {
    String url = serve(request -> authorize(request, "x"));
    ClientCredentialsGrant wrong = grant(url, "not-the-secret");
    String message = String.valueOf(assertThrows(IOException.class, wrong::read).getMessage());
    assertTrue(message.contains("401"), message);
    assertFalse(message.contains("not-the-secret"), message);
    assertFalse(wrong.toString().contains("not-the-secret"), wrong.toString());
  }

  @Test
  void credentialsAreNotCarriedElsewhere() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    String url =
        serve(request -> {
          asked.incrementAndGet();
          request.getResponseHeaders().set("Location", "/elsewhere");
          answer(request, 307, "");
        });
    assertThrows(IOException.class, () -> grant(url, "right").read());
    assertEquals(1, asked.get());
  }

  @Test
  void anAnswerWithoutATokenIsNone() throws IOException {
    for (String body : List.of("{}", "{\"access_token\":\" \"}", "hello")) {
      String url = serve(request -> answer(request, 200, body));
      assertThrows(IOException.class, () -> grant(url, "right").read(), body);
      if (server != null) {
        server.stop(0);
      }
    }
  }
}
