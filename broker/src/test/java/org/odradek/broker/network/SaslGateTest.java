package org.odradek.broker.network;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.odradek.broker.authentication.JaasEntry;
import org.odradek.broker.authentication.PlainMechanism;
import org.odradek.broker.authentication.SaslAuthenticateHandler;
import org.odradek.broker.authentication.SaslHandshakeHandler;
import org.odradek.broker.authentication.SaslListener;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.ApiVersionsRequest;
import org.odradek.protocol.message.ApiVersionsResponse;
import org.odradek.protocol.message.MetadataRequest;
import org.odradek.protocol.message.SaslAuthenticateRequest;
import org.odradek.protocol.message.SaslAuthenticateResponse;
import org.odradek.protocol.message.SaslHandshakeResponse;

@Timeout(60)
class SaslGateTest {
  private static final int DELAY_MS = 50;
  private static final int RECEIVE_MAX_BYTES = 2_000;
  private static final byte[] RIGHT = "\0alice\0a".getBytes(StandardCharsets.UTF_8);
  private static final byte[] WRONG = "\0alice\0b".getBytes(StandardCharsets.UTF_8);

  private final SaslListener sasl = listener(60_000, Map.of());
  private TestServer server = SaslTalk.server(sasl);

  private static SaslListener listener(int loginMaxMs, Map<String, Long> maxReauthMs) {
    return listener(RECEIVE_MAX_BYTES, loginMaxMs, maxReauthMs);
  }

  private static SaslListener listener(
      int receiveMaxBytes, int loginMaxMs, Map<String, Long> maxReauthMs) {
    return new SaslListener(
        "PLAINTEXT",
        new SaslListener.Settings(
            List.of(
                PlainMechanism.of(
                    List.of(new JaasEntry(JaasEntry.PLAIN, Map.of("user_alice", "a"))))),
            receiveMaxBytes,
            DELAY_MS,
            loginMaxMs,
            maxReauthMs));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aClientLogsInAndIsServed() throws IOException {
    try (TestClient client = server.connect()) {
      client.send(TestClient.frame(ApiKey.API_VERSIONS, 0, 5, new ApiVersionsRequest()));
      ApiVersionsResponse versions =
          client
              .receive(ApiKey.API_VERSIONS, 0)
              .read(ApiVersionsResponse.class, ApiKey.API_VERSIONS, (short) 0);
      assertEquals(0, versions.errorCode());
      SaslHandshakeResponse handshake = SaslTalk.handshake(client, 1, "PLAIN");
      assertEquals(0, handshake.errorCode());
      assertEquals(List.of("PLAIN"), handshake.mechanisms());
      SaslAuthenticateResponse answer = SaslTalk.authenticate(client, RIGHT);
      assertEquals(0, answer.errorCode());
      assertEquals(0, answer.sessionLifetimeMs());
      SaslTalk.assertServed(client);
      // larger than what may come before the login
      client.send(
          ApiKey.METADATA,
          1,
          8,
          new MetadataRequest()
              .topics(
                  List.of(
                      new MetadataRequest.MetadataRequestTopic()
                          .name("x".repeat(RECEIVE_MAX_BYTES)))));
      assertEquals(8, client.receive(ApiKey.METADATA, 1).correlationId());
    }
    assertEquals(1, sasl.counts().successes(false));
    assertEquals(0, sasl.counts().failures(false));
    server.awaitAllRequestMemoryFree();
  }

  @Test
  void tokensWithoutAHeaderAreAnsweredInTheSameWay() throws IOException {
    try (TestClient client = server.connect()) {
      assertEquals(0, SaslTalk.handshake(client, 0, "PLAIN").errorCode());
      client.send(ByteBuffer.allocate(4 + RIGHT.length).putInt(RIGHT.length).put(RIGHT).array());
      assertEquals(0, client.receiveFrame().remaining());
      SaslTalk.assertServed(client);
    }
    try (TestClient client = server.connect()) {
      assertEquals(0, SaslTalk.handshake(client, 0, "PLAIN").errorCode());
      client.send(ByteBuffer.allocate(4 + WRONG.length).putInt(WRONG.length).put(WRONG).array());
      assertEquals(-1, client.socket().getInputStream().read());
    }
  }

  /** As GSSAPI has them; PLAIN does not, but says so itself. */
  @Test
  void onlyATokenWithoutAHeaderMayBeEmpty() throws IOException {
    try (TestClient client = server.connect()) {
      assertEquals(0, SaslTalk.handshake(client, 0, "PLAIN").errorCode());
      client.send(new byte[Integer.BYTES]);
      client.awaitClose();
    }
    assertEquals(1, sasl.counts().failures(false), "the token was judged");
    try (TestClient client = server.connect()) {
      client.send(new byte[Integer.BYTES]);
      client.awaitClose();
    }
    try (TestClient client = server.connect()) {
      assertEquals(0, SaslTalk.handshake(client, 0, "PLAIN").errorCode());
      client.send(ByteBuffer.allocate(4 + RIGHT.length).putInt(RIGHT.length).put(RIGHT).array());
      assertEquals(0, client.receiveFrame().remaining());
      SaslTalk.assertServed(client);
      client.send(new byte[Integer.BYTES]);
      client.awaitClose();
    }
    assertEquals(1, sasl.counts().failures(false), "requests of length 0 are none of the login's");
    server.awaitAllRequestMemoryFree();
  }

  @Test
  void aWrongPasswordIsToldLateAndTheConnectionClosed() throws IOException {
    try (TestClient client = server.connect()) {
      SaslTalk.handshake(client, 1, "PLAIN");
      long startNanos = System.nanoTime();
      SaslAuthenticateResponse answer = SaslTalk.authenticate(client, WRONG);
      long tookMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
      assertEquals(ErrorCode.SASL_AUTHENTICATION_FAILED.code(), answer.errorCode());
      assertEquals("Authentication failed: Invalid username or password", answer.errorMessage());
      assertEquals(true, tookMs >= DELAY_MS, "answered after " + tookMs + " ms");
      assertEquals(-1, client.socket().getInputStream().read());
    }
    assertEquals(1, sasl.counts().failures(false));
  }

  @Test
  void whatFollowsAWrongPasswordIsNotRead() throws IOException {
    try (TestClient client = server.connect()) {
      SaslTalk.handshake(client, 1, "PLAIN");
      client.send(
          concatenated(
              TestClient.frame(
                  ApiKey.SASL_AUTHENTICATE,
                  2,
                  2,
                  new SaslAuthenticateRequest().authBytes(ByteBuffer.wrap(WRONG))),
              TestClient.frame(
                  ApiKey.SASL_AUTHENTICATE,
                  2,
                  3,
                  new SaslAuthenticateRequest().authBytes(ByteBuffer.wrap(RIGHT))),
              TestClient.frame(ApiKey.METADATA, 1, 4, new MetadataRequest())));
      assertEquals(2, client.receive(ApiKey.SASL_AUTHENTICATE, 2).correlationId());
      assertEquals(0, remaining(client));
    }
    assertEquals(0, sasl.counts().successes(false));
  }

  private static byte[] concatenated(byte[]... parts) {
    ByteBuffer all = ByteBuffer.allocate(10_000);
    for (byte[] part : parts) {
      all.put(part);
    }
    byte[] bytes = new byte[all.position()];
    all.flip().get(bytes);
    return bytes;
  }

  private static int remaining(TestClient client) throws IOException {
    try {
      return client.socket().getInputStream().readAllBytes().length;
    } catch (java.net.SocketException e) {
      return 0; // reset, as it had sent more than was read
    }
  }

  @Test
  void aMechanismThatIsNotThereIsToldAndTheConnectionClosed() throws IOException {
    try (TestClient client = server.connect()) {
      SaslHandshakeResponse answer = SaslTalk.handshake(client, 1, "SCRAM-SHA-256");
      assertEquals(ErrorCode.UNSUPPORTED_SASL_MECHANISM.code(), answer.errorCode());
      assertEquals(List.of("PLAIN"), answer.mechanisms());
      assertEquals(-1, client.socket().getInputStream().read());
    }
  }

  @Test
  void aClientWithoutSaslIsClosed() throws IOException {
    try (TestClient client = server.connect()) {
      client.send(ApiKey.METADATA, 1, 1, new MetadataRequest());
      client.awaitClose();
    }
    assertEquals(1, sasl.counts().failures(false));
    server.awaitAllRequestMemoryFree();
  }

  /** As Kafka: by the error of the request that came, then the connection ends. */
  @Test
  void aRequestInTheMiddleOfALoginIsToldThatItIsNotItsTurn() throws IOException {
    try (TestClient client = server.connect()) {
      SaslTalk.handshake(client, 1, "PLAIN");
      assertEquals(
          ErrorCode.ILLEGAL_SASL_STATE.code(), SaslTalk.handshake(client, 1, "PLAIN").errorCode());
      assertEquals(-1, client.socket().getInputStream().read());
    }
    try (TestClient client = server.connect()) {
      SaslTalk.handshake(client, 1, "PLAIN");
      client.send(
          concatenated(
              TestClient.frame(ApiKey.METADATA, 1, 3, new MetadataRequest()),
              TestClient.frame(
                  ApiKey.SASL_AUTHENTICATE,
                  2,
                  4,
                  new SaslAuthenticateRequest().authBytes(ByteBuffer.wrap(RIGHT)))));
      assertEquals(3, client.receive(ApiKey.METADATA, 1).correlationId());
      assertEquals(0, remaining(client));
    }
    assertEquals(0, sasl.counts().successes(false));
    assertEquals(2, sasl.counts().failures(false));
    server.awaitAllRequestMemoryFree();
  }

  @Test
  void aLargeTokenIsNotTakenIn() throws IOException {
    try (TestClient client = server.connect()) {
      client.send(ByteBuffer.allocate(4).putInt(RECEIVE_MAX_BYTES + 1).array());
      client.awaitClose();
    }
  }

  /** With as many clients as would have all the memory that the server has. */
  @ParameterizedTest
  @ValueSource(ints = {0, 400_000})
  void clientsThatOnlyAnnounceLargeTokensKeepNobodyOut(int sentBytes) throws IOException {
    int announcedBytes = 1 << 19;
    server.close();
    server = SaslTalk.server(listener(announcedBytes, 60_000, Map.of()));
    List<TestClient> silent = new ArrayList<>();
    try {
      for (int i = 0; i <= 2 * TestServer.REQUEST_MEMORY_BYTES / announcedBytes; i++) {
        TestClient client = server.connect();
        silent.add(client);
        client.send(ByteBuffer.allocate(4 + sentBytes).putInt(announcedBytes).array());
      }
      if (sentBytes > 0) {
        silent.getFirst().awaitClose(); // the server has seen what was too much
      }
      try (TestClient alice = server.connect()) {
        assertEquals(0, SaslTalk.handshake(alice, 1, "PLAIN").errorCode());
        assertEquals(0, SaslTalk.authenticate(alice, RIGHT).errorCode());
        SaslTalk.assertServed(alice);
      }
      try (TestClient large = server.connect()) {
        assertEquals(0, SaslTalk.handshake(large, 1, "PLAIN").errorCode());
        assertEquals(
            ErrorCode.SASL_AUTHENTICATION_FAILED.code(),
            SaslTalk.authenticate(large, new byte[sentBytes + 20_000]).errorCode());
      }
    } finally {
      for (TestClient client : silent) {
        client.close();
      }
    }
    server.awaitAllRequestMemoryFree();
  }

  @Test
  void aLoginThatTakesTooLongIsClosed() throws IOException {
    server.close();
    server = SaslTalk.server(listener(20, Map.of()));
    try (TestClient client = server.connect()) {
      assertEquals(-1, client.socket().getInputStream().read());
    }
    try (TestClient client = server.connect()) {
      client.send(new byte[] {0, 0, 1});
      assertEquals(-1, client.socket().getInputStream().read());
    }
  }

  @Test
  void anExpiredSessionIsClosedAtItsNextRequest() throws IOException {
    server.close();
    SaslListener expiring = listener(60_000, Map.of("PLAIN", 1L));
    server = SaslTalk.server(expiring);
    try (TestClient client = server.connect()) {
      SaslTalk.handshake(client, 1, "PLAIN");
      assertEquals(1, SaslTalk.authenticate(client, RIGHT).sessionLifetimeMs());
      long loggedInByNanos = System.nanoTime(); // not before: the answer may have taken long
      while (System.nanoTime() - loggedInByNanos < TimeUnit.MILLISECONDS.toNanos(5)) {
        Thread.onSpinWait();
      }
      client.send(ApiKey.METADATA, 1, 1, new MetadataRequest());
      client.awaitClose();
    }
    assertEquals(1, expiring.counts().expirations());
    assertEquals(1, expiring.counts().successes(false));
    assertEquals(0, expiring.counts().failures(false));
  }

  @Test
  void withoutSaslTheLoginsRequestsAreAnsweredByAnError() throws IOException {
    server.close();
    server =
        TestServer.secure(
            ListenerSecurity.PLAINTEXT,
            List.of(
                new SaslHandshakeHandler(),
                new SaslAuthenticateHandler(),
                new AnsweringHandler(ApiKey.METADATA)));
    try (TestClient client = server.connect()) {
      assertEquals(
          ErrorCode.ILLEGAL_SASL_STATE.code(), SaslTalk.handshake(client, 1, "PLAIN").errorCode());
      assertEquals(
          ErrorCode.ILLEGAL_SASL_STATE.code(), SaslTalk.authenticate(client, RIGHT).errorCode());
      SaslTalk.assertServed(client);
    }
  }

  @Test
  void whatStrangersSendIsShownInOneLine() {
    assertEquals("\"a?b?c?d\"", LogText.shown("a\nb\u202ec\"d"));
    assertEquals(64 + "\"...\"".length(), LogText.shown("x".repeat(1000)).length());
    assertArrayEquals(
        "\"Jörg\"".getBytes(StandardCharsets.UTF_8),
        LogText.shown("Jörg").getBytes(StandardCharsets.UTF_8));
  }
}
