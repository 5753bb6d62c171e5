package org.odradek.broker.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.odradek.broker.authentication.ClientCredentials;
import org.odradek.broker.authentication.PlainClient;
import org.odradek.broker.authentication.SaslClientExchange;
import org.odradek.broker.authentication.SaslClientMechanism;
import org.odradek.broker.network.BufferLeaks;
import org.odradek.broker.network.SecurityProtocol;
import org.odradek.broker.peer.PeerException.Reason;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Message;
import org.odradek.protocol.message.SaslAuthenticateResponse;
import org.odradek.protocol.message.SaslHandshakeResponse;
import org.odradek.protocol.message.UpdateMetadataRequest;
import org.odradek.protocol.message.UpdateMetadataResponse;

/** A channel to a broker that wants to know who comes. */
@Timeout(60)
class PeerLoginTest {
  static {
    BufferLeaks.detect();
  }

  private static final short UPDATE_METADATA = 8;

  private final NettyPeerChannels channels =
      new NettyPeerChannels(
          new PeerSecurity(
              SecurityProtocol.SASL_PLAINTEXT,
              null,
              new Watched(new PlainClient(new ClientCredentials("admin", "secret")))),
          1,
          task -> Thread.ofVirtual().start(task));
  private final FakePeer peer;

  /** How many exchanges have been let go. */
  private final Semaphore disposed = new Semaphore(0);

  private final class Watched implements SaslClientMechanism {
    private final SaslClientMechanism mechanism;

    Watched(SaslClientMechanism mechanism) {
      this.mechanism = mechanism;
    }

    @Override
    public String name() {
      return mechanism.name();
    }

    @Override
    public SaslClientExchange begin(String host) {
      SaslClientExchange exchange = mechanism.begin(host);
      return new SaslClientExchange() {
        @Override
        public byte[] firstToken() {
          return exchange.firstToken();
        }

        @Override
        public byte @Nullable [] evaluate(byte[] challenge) {
          return exchange.evaluate(challenge);
        }

        @Override
        public boolean isComplete() {
          return exchange.isComplete();
        }

        @Override
        public void dispose() {
          exchange.dispose();
          disposed.release();
        }
      };
    }
  }

  PeerLoginTest() throws IOException {
    peer = new FakePeer(0);
  }

  @AfterEach
  void close() throws IOException {
    channels.close();
    peer.close();
    BufferLeaks.assertNone();
  }

  private PeerChannel open() {
    return channels.open(peer.address(), PeerChannelConfig.of("test", 600_000));
  }

  private static CompletableFuture<Message> ask(PeerChannel channel) {
    return channel.call(ApiKey.UPDATE_METADATA, UPDATE_METADATA, new UpdateMetadataRequest());
  }

  private FakePeer.Request take(ApiKey expected) throws Exception {
    FakePeer.Request request = peer.take();
    assertEquals(expected, request.apiKey());
    return request;
  }

  private void letIn(long lifetimeMs) throws Exception {
    take(ApiKey.SASL_HANDSHAKE).answer(new SaslHandshakeResponse().mechanisms(List.of("PLAIN")));
    take(ApiKey.SASL_AUTHENTICATE)
        .answer(
            new SaslAuthenticateResponse()
                .authBytes(ByteBuffer.allocate(0))
                .sessionLifetimeMs(lifetimeMs));
  }

  private static void assertAnswered(CompletableFuture<Message> answer) throws Exception {
    assertInstanceOf(UpdateMetadataResponse.class, answer.get(20, TimeUnit.SECONDS));
  }

  private static PeerException failure(CompletableFuture<?> answer) {
    Throwable cause =
        assertThrows(ExecutionException.class, () -> answer.get(20, TimeUnit.SECONDS)).getCause();
    return assertInstanceOf(PeerException.class, cause);
  }

  @Test
  void requestsWaitForTheLogin() throws Exception {
    PeerChannel channel = open();
    CompletableFuture<Message> first = ask(channel);
    CompletableFuture<Message> second = ask(channel);
    letIn(0);
    take(ApiKey.UPDATE_METADATA).answer(new UpdateMetadataResponse());
    take(ApiKey.UPDATE_METADATA).answer(new UpdateMetadataResponse());
    assertAnswered(first);
    assertAnswered(second);
    disposed.acquire();
    assertEquals(1, peer.connectionsMade());
  }

  @Test
  void whatTheOtherSideSaysIsInTheFailure() throws Exception {
    CompletableFuture<Message> answer = ask(open());
    take(ApiKey.SASL_HANDSHAKE).answer(new SaslHandshakeResponse().mechanisms(List.of("PLAIN")));
    take(ApiKey.SASL_AUTHENTICATE)
        .answer(
            new SaslAuthenticateResponse()
                .errorCode(ErrorCode.SASL_AUTHENTICATION_FAILED.code())
                .errorMessage("we do not know you")
                .authBytes(ByteBuffer.allocate(0)));
    PeerException failure = failure(answer);
    assertEquals(Reason.NOT_LOGGED_IN, failure.reason());
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.contains("we do not know you"), message);
    assertTrue(!message.contains("secret"), message);
  }

  @Test
  void aMechanismThatIsNotTakenIsNamed() throws Exception {
    CompletableFuture<Message> answer = ask(open());
    take(ApiKey.SASL_HANDSHAKE)
        .answer(
            new SaslHandshakeResponse()
                .errorCode(ErrorCode.UNSUPPORTED_SASL_MECHANISM.code())
                .mechanisms(List.of("GSSAPI")));
    String message = String.valueOf(failure(answer).getMessage());
    assertTrue(message.contains("PLAIN") && message.contains("[GSSAPI]"), message);
  }

  @Test
  void aConnectionCutInTheMiddleFailsWhatWaits() throws Exception {
    CompletableFuture<Message> answer = ask(open());
    take(ApiKey.SASL_HANDSHAKE).connection().cut();
    assertEquals(Reason.DISCONNECTED, failure(answer).reason());
    assertEquals(0, disposed.availablePermits(), "nothing was begun");
    CompletableFuture<Message> again = ask(open());
    take(ApiKey.SASL_HANDSHAKE).answer(new SaslHandshakeResponse().mechanisms(List.of("PLAIN")));
    take(ApiKey.SASL_AUTHENTICATE).connection().cut();
    assertEquals(Reason.DISCONNECTED, failure(again).reason());
    disposed.acquire();
  }

  /** What was sent before is answered before; what comes meanwhile waits. */
  @Test
  void itLogsInAgainBeforeTheSessionEnds() throws Exception {
    PeerChannel channel = open();
    CompletableFuture<Message> before = ask(channel);
    letIn(20);
    FakePeer.Request held = take(ApiKey.UPDATE_METADATA);
    FakePeer.Request handshake = take(ApiKey.SASL_HANDSHAKE);
    CompletableFuture<Message> meanwhile = ask(channel);
    held.answer(new UpdateMetadataResponse());
    assertAnswered(before);
    handshake.answer(new SaslHandshakeResponse().mechanisms(List.of("PLAIN")));
    FakePeer.Request token = take(ApiKey.SASL_AUTHENTICATE);
    token.answer(
        new SaslAuthenticateResponse()
            .authBytes(ByteBuffer.wrap("".getBytes(StandardCharsets.UTF_8)))
            .sessionLifetimeMs(0));
    take(ApiKey.UPDATE_METADATA).answer(new UpdateMetadataResponse());
    assertAnswered(meanwhile);
    assertEquals(1, peer.connectionsMade());
  }
}
