package org.odradek.broker.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.odradek.broker.authentication.SaslClientExchange;
import org.odradek.broker.authentication.SaslClientMechanism;
import org.odradek.broker.network.BufferLeaks;
import org.odradek.broker.network.SecurityProtocol;
import org.odradek.broker.peer.PeerException.Reason;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.Message;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.SaslAuthenticateResponse;
import org.odradek.protocol.message.SaslHandshakeResponse;
import org.odradek.protocol.message.StopReplicaRequest;
import org.odradek.protocol.message.UpdateMetadataRequest;
import org.odradek.protocol.message.UpdateMetadataResponse;

class NettyPeerChannelTest {
  static {
    BufferLeaks.detect();
  }

  private static final short UPDATE_METADATA = 8;
  private static final short FETCH = 12;
  private static final int NEVER_MS = 600_000;
  private static final int SOON_MS = 30;

  private final NettyPeerChannels channels =
      new NettyPeerChannels(PeerSecurity.PLAINTEXT, 1, task -> Thread.ofVirtual().start(task));
  private FakePeer peer = peer(0);

  private static FakePeer peer(int port) {
    try {
      return new FakePeer(port);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @AfterEach
  void close() throws IOException {
    channels.close();
    peer.close();
    BufferLeaks.assertNone();
  }

  private PeerChannel open(int timeoutMs) {
    return channels.open(peer.address(), PeerChannelConfig.of("test", timeoutMs));
  }

  private static CompletableFuture<Message> ask(PeerChannel channel) {
    return channel.call(ApiKey.UPDATE_METADATA, UPDATE_METADATA, new UpdateMetadataRequest());
  }

  private static UpdateMetadataResponse answer(int code) {
    return new UpdateMetadataResponse().errorCode((short) code);
  }

  private static int code(CompletableFuture<Message> answer) throws Exception {
    return ((UpdateMetadataResponse) answer.get(20, TimeUnit.SECONDS)).errorCode();
  }

  private static PeerException failure(CompletableFuture<?> answer) {
    Throwable cause =
        assertThrows(ExecutionException.class, () -> answer.get(20, TimeUnit.SECONDS)).getCause();
    return assertInstanceOf(PeerException.class, cause);
  }

  @Test
  void requestsDoNotWaitForAnswers() throws Exception {
    PeerChannel channel = open(NEVER_MS);
    List<CompletableFuture<Message>> answers = new ArrayList<>();
    List<FakePeer.Request> requests = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      answers.add(ask(channel));
    }
    for (int i = 0; i < 100; i++) {
      requests.add(peer.take());
    }
    for (int i = 0; i < 100; i++) {
      requests.get(i).answer(answer(i));
    }
    for (int i = 0; i < 100; i++) {
      assertEquals(i, code(answers.get(i)));
    }
    assertEquals(1, peer.connectionsMade());
  }

  @Test
  void anAnswerMayComeByteByByte() throws Exception {
    CompletableFuture<Message> answer = ask(open(NEVER_MS));
    FakePeer.Request request = peer.take();
    byte[] bytes = request.response(answer(11));
    for (int i = 0; i < bytes.length; i++) {
      request.connection().write(bytes, i, 1);
    }
    assertEquals(11, code(answer));
  }

  @Test
  void recordsAreSlicesOfTheFrameUntilItIsClosed() throws Exception {
    byte[] records = new byte[3 << 20];
    for (int i = 0; i < records.length; i++) {
      records[i] = (byte) (i * 31);
    }
    CompletableFuture<PeerResponse> first = fetch(open(NEVER_MS));
    peer.take().answer(fetchResponse(records));
    try (PeerResponse response = first.get(20, TimeUnit.SECONDS)) {
      BufferRecords received =
          (BufferRecords)
              ((FetchResponse) response.message())
                  .responses()
                  .getFirst()
                  .partitions()
                  .getFirst()
                  .records();
      assertTrue(received != null && received.buffer().isDirect());
      assertEquals(ByteBuffer.wrap(records), received.buffer());
    }
  }

  private static CompletableFuture<PeerResponse> fetch(PeerChannel channel) {
    return channel.send(ApiKey.FETCH, FETCH, new FetchRequest());
  }

  private static FetchResponse fetchResponse(byte[] records) {
    return new FetchResponse()
        .responses(
            List.of(
                new FetchResponse.FetchableTopicResponse()
                    .topic("t")
                    .partitions(
                        List.of(
                            new FetchResponse.PartitionData()
                                .records(new BufferRecords(ByteBuffer.wrap(records)))))));
  }

  @Test
  void whatNobodyWaitsForIsReleased() throws Exception {
    PeerChannel channel = open(NEVER_MS);
    CompletableFuture<PeerResponse> givenUp = fetch(channel);
    FakePeer.Request request = peer.take();
    givenUp.cancel(false);
    CompletableFuture<Message> next = ask(channel);
    request.answer(fetchResponse(new byte[2 << 20]));
    peer.take().answer(answer(3));
    assertEquals(3, code(next)); // the connection goes on
  }

  @Test
  void aConnectionCutInTheMiddleOfAnAnswerFailsAllAtOnceAndTheNextRequestMakesANewOne()
      throws Exception {
    PeerChannel channel = open(NEVER_MS);
    CompletableFuture<PeerResponse> first = fetch(channel);
    CompletableFuture<Message> second = ask(channel);
    FakePeer.Request request = peer.take();
    peer.take();
    byte[] bytes = request.response(fetchResponse(new byte[1 << 20]));
    request.connection().write(bytes, 0, bytes.length / 2);
    request.connection().cut();
    assertEquals(Reason.DISCONNECTED, failure(first).reason());
    assertEquals(Reason.DISCONNECTED, failure(second).reason());

    assertAnsweredAgain(channel);
    assertEquals(2, peer.connectionsMade());
  }

  /** Asks again as long as the channel pauses, until one is answered. */
  private void assertAnsweredAgain(PeerChannel channel) throws Exception {
    while (true) {
      CompletableFuture<Message> answer = ask(channel);
      FakePeer.@Nullable Request request = null;
      while (request == null && !answer.isDone()) {
        request = peer.poll();
      }
      if (request != null) {
        request.answer(answer(5));
        assertEquals(5, code(answer));
        return;
      }
      assertEquals(Reason.NOT_CONNECTED, failure(answer).reason());
    }
  }

  @Test
  void aPeerThatNeverAnswersTimesOutAndTheConnectionIsGivenUp() throws Exception {
    PeerChannel channel = open(SOON_MS);
    CompletableFuture<Message> first = ask(channel);
    assertEquals(Reason.TIMED_OUT, failure(first).reason());
    FakePeer.Request late = peer.take();
    assertThrows(
        UncheckedIOException.class,
        () -> {
          while (true) {
            late.answer(answer(1)); // nobody reads it: the connection is closed
          }
        });
    PeerChannel patient = open(NEVER_MS);
    assertAnsweredAgain(patient);
  }

  @Test
  void aTimeoutSaysWhatWhoAndHowLong() {
    PeerException failure = failure(ask(open(SOON_MS)));
    assertEquals(
        "UpdateMetadata to broker 7 at 127.0.0.1:"
            + peer.address().port()
            + ": no answer to UpdateMetadata within "
            + SOON_MS
            + " ms",
        failure.getMessage());
  }

  @Test
  void aLargerAnswerThanAllowedBreaksTheConnection() throws Exception {
    PeerChannel channel =
        channels.open(
            peer.address(), PeerChannelConfig.of("test", NEVER_MS).withResponseMaxBytes(1000));
    CompletableFuture<PeerResponse> first = fetch(channel);
    FakePeer.Request request = peer.take();
    request.connection().write(new byte[] {0, 0, 3, (byte) 0xe9}); // 1001
    assertEquals(Reason.BAD_RESPONSE, failure(first).reason());
    assertAnsweredAgain(channel);
  }

  @Test
  void aNegativeLengthBreaksTheConnection() throws Exception {
    CompletableFuture<Message> first = ask(open(NEVER_MS));
    peer.take().connection().write(new byte[] {-1, -1, -1, -1});
    assertEquals(Reason.BAD_RESPONSE, failure(first).reason());
  }

  @Test
  void anAnswerToAnotherRequestBreaksTheConnection() throws Exception {
    CompletableFuture<Message> first = ask(open(NEVER_MS));
    FakePeer.Request request = peer.take();
    new FakePeer.Request(
            request.connection(), request.apiKey(), request.version(), request.correlationId() + 1)
        .answer(answer(0));
    PeerException failure = failure(first);
    assertEquals(Reason.BAD_RESPONSE, failure.reason());
    assertTrue(
        String.valueOf(failure.getMessage()).contains("it answers request"), failure::toString);
  }

  @Test
  void anAnswerThatCannotBeReadBreaksTheConnection() throws Exception {
    CompletableFuture<PeerResponse> first = fetch(open(NEVER_MS));
    FakePeer.Request request = peer.take();
    byte[] bytes = request.response(fetchResponse(new byte[100]));
    Arrays.fill(bytes, 12, bytes.length, (byte) 0x7f);
    request.connection().write(bytes);
    assertEquals(Reason.BAD_RESPONSE, failure(first).reason());
  }

  @Test
  void anAnswerWithoutARequestBreaksTheConnection() throws Exception {
    PeerChannel channel = open(NEVER_MS);
    CompletableFuture<Message> first = ask(channel);
    FakePeer.Request request = peer.take();
    byte[] bytes = request.response(answer(1));
    byte[] twice = Arrays.copyOf(bytes, 2 * bytes.length);
    System.arraycopy(bytes, 0, twice, bytes.length, bytes.length);
    request.connection().write(twice);
    assertEquals(1, code(first));
    assertAnsweredAgain(channel);
    assertEquals(2, peer.connectionsMade());
  }

  @Test
  void wherePeerDoesNotListenRequestsFailAtOnceUntilItDoes() throws Exception {
    PeerAddress address = peer.address();
    peer.close();
    PeerChannel channel = channels.open(address, PeerChannelConfig.of("test", NEVER_MS));
    PeerException failure = failure(ask(channel));
    assertEquals(Reason.NOT_CONNECTED, failure.reason());
    assertTrue(
        String.valueOf(failure.getMessage()).contains("Connection refused"), failure::toString);
    assertEquals(Reason.NOT_CONNECTED, failure(ask(channel)).reason());
    peer = new FakePeer(address.port());
    assertAnsweredAgain(channel);
  }

  @Test
  void aHostThatIsNotThereIsNamed() {
    PeerChannel channel =
        channels.open(
            new PeerAddress(3, "no-such-host.invalid", 1), PeerChannelConfig.of("test", NEVER_MS));
    PeerException failure = failure(ask(channel));
    assertEquals(Reason.NOT_CONNECTED, failure.reason());
    assertTrue(
        String.valueOf(failure.getMessage()).contains("no-such-host.invalid"), failure::toString);
  }

  @Test
  void moreRequestsThanAllowedAreTurnedAway() throws Exception {
    PeerChannel channel =
        channels.open(
            peer.address(), new PeerChannelConfig("test", NEVER_MS, NEVER_MS, 1 << 20, -1, 2));
    CompletableFuture<Message> first = ask(channel);
    CompletableFuture<Message> second = ask(channel);
    assertEquals(Reason.TOO_MANY_REQUESTS, failure(ask(channel)).reason());
    peer.take().answer(answer(1));
    peer.take().answer(answer(2));
    assertEquals(1, code(first));
    assertEquals(2, code(second));
  }

  @Test
  void aRequestThatCannotBeWrittenFailsAlone() throws Exception {
    PeerChannel channel = open(NEVER_MS);
    CompletableFuture<PeerResponse> bad =
        channel.send(ApiKey.STOP_REPLICA, (short) 99, new StopReplicaRequest());
    CompletableFuture<Message> good = ask(channel);
    peer.take().answer(answer(4));
    assertEquals(4, code(good));
    assertEquals(Reason.BAD_REQUEST, failure(bad).reason());
  }

  /** A login that is judged by another thread, which is done after the end. */
  @Test
  void aLoginThatIsOverTooLateDoesNotOpenAClosedConnection() throws Exception {
    BlockingQueue<Runnable> steps = new LinkedBlockingQueue<>();
    try (NettyPeerChannels loggingIn =
        new NettyPeerChannels(
            new PeerSecurity(SecurityProtocol.SASL_PLAINTEXT, null, new SteppedLogin(steps)),
            1,
            task -> Thread.ofVirtual().start(task))) {
      PeerChannel channel = loggingIn.open(peer.address(), PeerChannelConfig.of("test", NEVER_MS));
      CompletableFuture<Message> before = ask(channel);
      peer.take().answer(new SaslHandshakeResponse());
      steps.take().run();
      peer.take().answer(new SaslAuthenticateResponse());
      Runnable last = steps.take();
      channel.close();
      assertEquals(Reason.CLOSED, failure(before).reason());
      last.run();
      assertEquals(Reason.CLOSED, failure(ask(channel)).reason());
    }
  }

  /** Goes on when the test says so; one token is all there is. */
  private record SteppedLogin(BlockingQueue<Runnable> steps)
      implements SaslClientMechanism, SaslClientExchange {
    @Override
    public String name() {
      return "PLAIN";
    }

    @Override
    public SaslClientExchange begin(String host) {
      return this;
    }

    @Override
    public Executor executor() {
      return steps::add;
    }

    @Override
    public byte[] firstToken() {
      return new byte[1];
    }

    @Override
    public byte @Nullable [] evaluate(byte[] challenge) {
      return null;
    }

    @Override
    public boolean isComplete() {
      return true;
    }
  }

  @Test
  void closingFailsWhatWaitsAndWhatComesLater() throws Exception {
    PeerChannel channel = open(NEVER_MS);
    CompletableFuture<Message> before = ask(channel);
    peer.take();
    channel.close();
    assertEquals(Reason.CLOSED, failure(before).reason());
    assertEquals(Reason.CLOSED, failure(ask(channel)).reason());
  }
}
