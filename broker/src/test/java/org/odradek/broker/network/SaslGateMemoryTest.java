package org.odradek.broker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.odradek.broker.authentication.JaasEntry;
import org.odradek.broker.authentication.PlainMechanism;
import org.odradek.broker.authentication.SaslAuthenticateHandler;
import org.odradek.broker.authentication.SaslExchange;
import org.odradek.broker.authentication.SaslHandshakeHandler;
import org.odradek.broker.authentication.SaslListener;
import org.odradek.broker.authentication.SaslMechanism;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.SaslAuthenticateRequest;
import org.odradek.protocol.message.SaslAuthenticateResponse;
import org.odradek.protocol.message.SaslHandshakeRequest;

/** What clients who log in again take is given back, however that ends. */
@Timeout(60)
class SaslGateMemoryTest {
  private static final byte[] RIGHT = "\0alice\0a".getBytes(StandardCharsets.UTF_8);
  private static final byte[] DEADLY = "deadly".getBytes(StandardCharsets.UTF_8);

  /** PLAIN, which judges short tokens at once, and others where it is told to. */
  private record ElsewhereJudged(SaslMechanism plain, Executor elsewhere) implements SaslMechanism {
    @Override
    public String name() {
      return plain.name();
    }

    @Override
    public SaslExchange begin(InetSocketAddress client) {
      SaslExchange judge = plain.begin(client);
      return new SaslExchange() {
        @Override
        public Step evaluate(byte[] token) {
          if (token.length == DEADLY.length) {
            throw new InternalError("not the virtual machine's, but a test's");
          }
          return judge.evaluate(token);
        }

        @Override
        public @Nullable Executor executor(byte[] token) {
          return token.length == RIGHT.length ? null : elsewhere;
        }
      };
    }
  }

  private static SaslListener listener(Executor elsewhere, int failedDelayMs) {
    return listener(elsewhere, failedDelayMs, 2_000);
  }

  private static SaslListener listener(Executor elsewhere, int failedDelayMs, int maxReceiveBytes) {
    SaslMechanism plain =
        PlainMechanism.of(List.of(new JaasEntry(JaasEntry.PLAIN, Map.of("user_alice", "a"))));
    return new SaslListener(
        "PLAINTEXT",
        new SaslListener.Settings(
            List.of(new ElsewhereJudged(plain, elsewhere)),
            maxReceiveBytes,
            failedDelayMs,
            60_000,
            Map.of("PLAIN", 600_000L)));
  }

  private static TestServer server(SaslListener sasl) {
    return TestServer.secure(
        new ListenerSecurity(SecurityProtocol.SASL_PLAINTEXT, null, sasl),
        List.of(new SaslHandshakeHandler(), new SaslAuthenticateHandler()));
  }

  private static void chooseMechanism(TestClient client) throws IOException {
    client.send(ApiKey.SASL_HANDSHAKE, 1, 1, new SaslHandshakeRequest().mechanism("PLAIN"));
    client.receive(ApiKey.SASL_HANDSHAKE, 1);
  }

  private static void send(TestClient client, byte[] token) throws IOException {
    client.send(
        ApiKey.SASL_AUTHENTICATE,
        2,
        2,
        new SaslAuthenticateRequest().authBytes(ByteBuffer.wrap(token)));
  }

  /** Logs in, and again with that token. */
  private static void logInAgain(TestServer server, TestClient client, byte[] token)
      throws IOException {
    chooseMechanism(client);
    send(client, RIGHT);
    assertEquals(
        0,
        client
            .receive(ApiKey.SASL_AUTHENTICATE, 2)
            .read(SaslAuthenticateResponse.class, ApiKey.SASL_AUTHENTICATE, (short) 2)
            .errorCode());
    chooseMechanism(client);
    server.awaitAllRequestMemoryFree();
    send(client, token);
  }

  @Test
  void ofAClientThatGoesWhileItsTokenIsJudged() throws Exception {
    BlockingQueue<Runnable> judgements = new LinkedBlockingQueue<>();
    try (TestServer server = server(listener(judgements::add, 0))) {
      Runnable judgement;
      try (TestClient client = server.connect()) {
        logInAgain(server, client, new byte[100]);
        judgement = judgements.take();
        server.awaitRequestMemoryTaken();
      }
      server.awaitAllRequestMemoryFree();
      judgement.run(); // finds nobody
      server.awaitAllRequestMemoryFree();
    }
  }

  /** Four of these tokens are less than all of the memory, five are more. */
  @Test
  void ofTheOneWhoseTokenWaitsForLongestWhereOthersNeedIt() throws Exception {
    int tokenBytes = TestServer.REQUEST_MEMORY_BYTES * 9 / 40;
    BlockingQueue<Runnable> judgements = new LinkedBlockingQueue<>();
    List<TestClient> clients = new ArrayList<>();
    List<Runnable> waiting = new ArrayList<>();
    SaslListener sasl = listener(judgements::add, 0, 2 * tokenBytes);
    try (TestServer server = server(sasl)) {
      for (int i = 0; i < 6; i++) {
        TestClient client = server.connect();
        clients.add(client);
        chooseMechanism(client);
        send(client, new byte[tokenBytes]);
        waiting.add(judgements.take());
        if (i >= 4) { // the oldest one has to go
          assertEquals(-1, clients.get(i - 4).socket().getInputStream().read());
        }
      }
      waiting.forEach(Runnable::run);
      for (TestClient client : clients.subList(2, clients.size())) {
        assertEquals(
            ErrorCode.SASL_AUTHENTICATION_FAILED.code(),
            client
                .receive(ApiKey.SASL_AUTHENTICATE, 2)
                .read(SaslAuthenticateResponse.class, ApiKey.SASL_AUTHENTICATE, (short) 2)
                .errorCode());
      }
      assertEquals(6, sasl.counts().failures(false));
    } finally {
      for (TestClient client : clients) {
        client.close();
      }
    }
  }

  @Test
  void ofAClientThatGoesBeforeItIsToldThatItsTokenIsWrong() throws Exception {
    BlockingQueue<Runnable> judgements = new LinkedBlockingQueue<>();
    try (TestServer server = server(listener(judgements::add, 600_000))) {
      try (TestClient client = server.connect()) {
        logInAgain(server, client, new byte[100]);
        judgements.take().run();
        server.awaitRequestMemoryTaken();
        client.socket().setSoLinger(true, 0); // noticed at once, though nothing is read any more
      }
      server.awaitAllRequestMemoryFree();
    }
  }

  @Test
  void ofAClientThatCannotBeJudged() throws IOException {
    SaslListener sasl =
        listener(
            task -> {
              throw new RejectedExecutionException("full");
            },
            0);
    try (TestServer server = server(sasl);
        TestClient client = server.connect()) {
      logInAgain(server, client, new byte[100]);
      assertEquals(-1, client.socket().getInputStream().read(), "closed without an answer");
      server.awaitAllRequestMemoryFree();
      assertEquals(1, sasl.counts().failures(true));
    }
  }

  @Test
  void ofAClientWhoseJudgeIsStruckByTheVirtualMachine() throws IOException {
    SaslListener sasl =
        listener(
            task ->
                Thread.ofVirtual()
                    .start(() -> {
                      try {
                        task.run();
                      } catch (InternalError e) {
                        // as expected; a pool would end the thread
                      }
                    }),
            0);
    try (TestServer server = server(sasl);
        TestClient client = server.connect()) {
      logInAgain(server, client, DEADLY);
      assertEquals(-1, client.socket().getInputStream().read(), "closed without an answer");
      server.awaitAllRequestMemoryFree();
      assertEquals(1, sasl.counts().failures(true));
    }
  }
}
