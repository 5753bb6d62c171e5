package org.odradek.broker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.authentication.SaslClientExchange;
import org.odradek.broker.authentication.SaslListener;
import org.odradek.broker.authentication.gssapi.GssapiClient;
import org.odradek.broker.authentication.gssapi.GssapiMechanism;
import org.odradek.broker.authentication.gssapi.KerberosLogin;
import org.odradek.broker.authentication.gssapi.LocalNames;
import org.odradek.broker.authentication.gssapi.TestKdc;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.MetadataRequest;
import org.odradek.protocol.message.SaslAuthenticateRequest;
import org.odradek.protocol.message.SaslAuthenticateResponse;

/** Logins by GSSAPI over connections, in each of the ways that clients carry its tokens. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GssapiGateTest {
  private static final int LOGIN_MAX_MS = 60_000;

  private final ExecutorService threads = Executors.newSingleThreadExecutor();
  private TestKdc kdc;
  private KerberosLogin broker;
  private KerberosLogin alice;

  @BeforeAll
  void startTheKdc(@TempDir Path folder) throws IOException {
    kdc = new TestKdc(folder);
    broker = TestKdc.loggedIn(kdc.register(TestKdc.BROKER));
    alice = TestKdc.loggedIn(kdc.register("alice"));
  }

  @AfterAll
  void stopTheKdc() {
    threads.close();
    kdc.close();
  }

  private SaslListener listener(Executor executor) {
    LocalNames names = LocalNames.of(List.of("DEFAULT"), TestKdc.REALM);
    return new SaslListener(
        "PLAINTEXT",
        new SaslListener.Settings(
            List.of(new GssapiMechanism(broker, names, executor)),
            100_000,
            0,
            LOGIN_MAX_MS,
            Map.of("GSSAPI", 60_000L)));
  }

  private static void handshake(TestClient client, int version) throws IOException {
    assertEquals(0, SaslTalk.handshake(client, version, GssapiMechanism.NAME).errorCode());
  }

  private SaslClientExchange exchange() {
    return new GssapiClient(alice, "kafka", Runnable::run).begin("localhost");
  }

  private static void sendRaw(TestClient client, byte[] token) throws IOException {
    client.send(ByteBuffer.allocate(4 + token.length).putInt(token.length).put(token).array());
  }

  private void talkRaw(TestClient client) throws IOException {
    SaslClientExchange exchange = exchange();
    byte @Nullable [] token = exchange.firstToken();
    while (token != null) {
      sendRaw(client, token);
      ByteBuffer answer = client.receiveFrame();
      byte[] challenge = new byte[answer.remaining()];
      answer.get(challenge);
      token = exchange.evaluate(challenge);
    }
    assertTrue(exchange.isComplete());
  }

  private void talk(TestClient client) throws IOException {
    SaslClientExchange exchange = exchange();
    byte @Nullable [] token = exchange.firstToken();
    while (token != null) {
      SaslAuthenticateResponse answer = SaslTalk.authenticate(client, token);
      assertEquals(0, answer.errorCode(), answer.errorMessage());
      byte[] challenge = new byte[answer.authBytes().remaining()];
      answer.authBytes().get(challenge);
      token = exchange.evaluate(challenge);
      assertEquals(token == null ? 60_000 : 0, answer.sessionLifetimeMs());
    }
  }

  @Test
  void tokensWithinRequests() throws IOException {
    SaslListener sasl = listener(threads);
    try (TestServer server = SaslTalk.server(sasl)) {
      try (TestClient client = server.connect()) {
        handshake(client, 1);
        talk(client);
        SaslTalk.assertServed(client);
        // again (KIP-368)
        handshake(client, 1);
        talk(client);
        SaslTalk.assertServed(client);
      }
      assertEquals(1, sasl.counts().successes(false));
      assertEquals(1, sasl.counts().successes(true));
      server.awaitAllRequestMemoryFree();
    }
  }

  @Test
  void tokensAfterTheOldHandshake() throws IOException {
    try (TestServer server = SaslTalk.server(listener(threads));
        TestClient client = server.connect()) {
      handshake(client, 0);
      talkRaw(client);
      SaslTalk.assertServed(client);
    }
  }

  @Test
  void tokensWithoutAnyHandshakeAsBeforeKafka010() throws IOException {
    try (TestServer server = SaslTalk.server(listener(threads));
        TestClient client = server.connect()) {
      talkRaw(client);
      SaslTalk.assertServed(client);
    }
  }

  @Test
  void whatIsNoTokenIsRefused() throws IOException {
    SaslListener sasl = listener(threads);
    try (TestServer server = SaslTalk.server(sasl)) {
      try (TestClient client = server.connect()) {
        handshake(client, 1);
        SaslAuthenticateResponse answer = SaslTalk.authenticate(client, new byte[100]);
        assertEquals(ErrorCode.SASL_AUTHENTICATION_FAILED.code(), answer.errorCode());
        assertEquals(-1, client.socket().getInputStream().read());
      }
      try (TestClient client = server.connect()) {
        sendRaw(client, "`no token at all".getBytes(StandardCharsets.US_ASCII));
        assertEquals(-1, client.socket().getInputStream().read());
      }
      assertEquals(2, sasl.counts().failures(false));
    }
  }

  @Test
  void whatComesBeforeTheJudgementWaitsForIt() throws IOException {
    Deque<Runnable> waiting = new ArrayDeque<>();
    Semaphore asked = new Semaphore(0);
    SaslListener sasl =
        listener(task -> {
          synchronized (waiting) {
            waiting.add(task);
          }
          asked.release();
        });
    try (TestServer server = SaslTalk.server(sasl);
        TestClient client = server.connect()) {
      SaslClientExchange exchange = exchange();
      byte @Nullable [] token = exchange.firstToken();
      while (token != null) {
        sendRaw(client, token);
        if (exchange.isComplete()) {
          // behind the last token, not waiting for its answer
          client.send(ApiKey.METADATA, 1, 78, new MetadataRequest());
        }
        asked.acquireUninterruptibly();
        Runnable task;
        synchronized (waiting) {
          task = waiting.remove();
        }
        task.run();
        ByteBuffer answer = client.receiveFrame();
        byte[] challenge = new byte[answer.remaining()];
        answer.get(challenge);
        token = exchange.evaluate(challenge);
      }
      assertEquals(78, client.receive(ApiKey.METADATA, 1).correlationId());
    }
  }

  @Test
  void whereTooManyWaitTheConnectionEnds() throws IOException {
    SaslListener sasl =
        listener(task -> {
          throw new RejectedExecutionException("full");
        });
    try (TestServer server = SaslTalk.server(sasl);
        TestClient client = server.connect()) {
      handshake(client, 1);
      client.send(
          ApiKey.SASL_AUTHENTICATE,
          2,
          2,
          new SaslAuthenticateRequest().authBytes(ByteBuffer.wrap(new byte[10])));
      assertEquals(-1, client.socket().getInputStream().read());
    }
  }
}
