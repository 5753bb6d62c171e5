package org.odradek.broker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.message.ApiVersionsRequest;
import org.odradek.protocol.message.MetadataRequest;
import org.odradek.protocol.message.MetadataResponse;

/** What is not a request closes its own connection and nothing else, and leaves nothing behind. */
class BadInputTest {
  private static byte[] ints(int... values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
    for (int value : values) {
      bytes.putInt(value);
    }
    return bytes.array();
  }

  private static byte[] header(int key, int version) {
    return ByteBuffer.allocate(14)
        .putInt(10)
        .putShort((short) key)
        .putShort((short) version)
        .putInt(1)
        .putShort((short) -1)
        .array();
  }

  private static void assertClosed(TestServer server, byte[] bytes) throws IOException {
    try (TestClient client = server.connect()) {
      client.send(bytes);
      client.awaitClose();
    }
    assertServes(server);
    server.awaitAllRequestMemoryFree();
  }

  private static void assertServes(TestServer server) throws IOException {
    try (TestClient client = server.connect()) {
      client.send(ApiKey.API_VERSIONS, 0, 5, new ApiVersionsRequest());
      assertEquals(5, client.receive(ApiKey.API_VERSIONS, 0).correlationId());
    }
  }

  @Test
  void closesOnLengthsThatCannotBe() throws Exception {
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of())) {
      assertClosed(server, ints(-1, 0));
      assertClosed(server, ints(0, 0));
      assertClosed(server, ints(Integer.MIN_VALUE));
      assertClosed(server, ints(Integer.MAX_VALUE));
      assertClosed(server, ints((1 << 20) + 1));
      assertClosed(server, "GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
  }

  @Test
  void closesOnKeysAndVersionsThatAreNotServed() throws Exception {
    HeldHandler metadata = new HeldHandler(ApiKey.METADATA, false, false);
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of(metadata))) {
      assertClosed(server, header(-1, 0));
      assertClosed(server, header(3, -1));
      assertClosed(server, header(3, 99));
      assertClosed(server, header(0, 3)); // known, but without a handler here
      assertClosed(server, header(54, 0)); // a quorum's own
      assertClosed(server, header(Short.MAX_VALUE, 0));
    }
  }

  @Test
  void closesOnHeadersAndBodiesThatEndTooSoon() throws Exception {
    HeldHandler metadata = new HeldHandler(ApiKey.METADATA, false, false);
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of(metadata))) {
      byte[] whole =
          TestClient.frame(
              ApiKey.METADATA,
              9,
              1,
              new MetadataRequest()
                  .topics(List.of(new MetadataRequest.MetadataRequestTopic().name("topic"))));
      for (int length = 1; length < whole.length - 4; length++) {
        byte[] cut = ByteBuffer.allocate(4 + length).putInt(length).put(whole, 4, length).array();
        assertClosed(server, cut);
      }
    }
  }

  @Test
  void connectionsThatSendHalfAFrameAndGoLeaveNothingBehind() throws Exception {
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of())) {
      for (int length = 1; length < 40; length++) {
        try (TestClient client = server.connect()) {
          client.send(ByteBuffer.allocate(4 + length).putInt(500_000).array());
          client.shutdownOutput();
          client.awaitClose();
        }
      }
      assertServes(server);
      server.awaitAllRequestMemoryFree();
    }
  }

  @Test
  void closesOnABadLengthThatWaitedBehindARequest() throws Exception {
    HeldHandler metadata = new HeldHandler(ApiKey.METADATA, false, false);
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of(metadata));
        TestClient client = server.connect()) {
      client.send(ApiKey.METADATA, 9, 1, new MetadataRequest());
      HeldHandler.Call first = metadata.next();
      client.send(ints(-1));
      client.send(ApiKey.METADATA, 9, 2, new MetadataRequest());
      // whether the bad length has come in before or after this: it closes the connection
      first.responder().complete(new MetadataResponse());
      client.awaitClose();
      assertTrue(metadata.hasNone(), "a request behind a bad length was served");
    }
  }

  @Test
  void servesNothingBehindABadRequest() throws Exception {
    HeldHandler metadata = new HeldHandler(ApiKey.METADATA, true, false);
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of(metadata));
        TestClient client = server.connect()) {
      byte[] bad = header(54, 0);
      byte[] good = TestClient.frame(ApiKey.METADATA, 9, 2, new MetadataRequest());
      client.send(ByteBuffer.allocate(bad.length + good.length).put(bad).put(good).array());
      client.awaitClose();
      assertTrue(metadata.hasNone(), "a request behind a bad one was served");
      server.awaitAllRequestMemoryFree();
    }
  }

  /** Valid requests with bytes changed, bytes at random, valid ones in between; from a seed. */
  @Test
  void survivesFuzzedFrames() throws Exception {
    Random random = new Random(20_260_101L);
    AnsweringHandler metadata = new AnsweringHandler(ApiKey.METADATA);
    AnsweringHandler produce = new AnsweringHandler(ApiKey.PRODUCE);
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of(metadata, produce))) {
      for (int round = 0; round < 400; round++) {
        try (TestClient client = server.connect()) {
          int frames = 1 + random.nextInt(4);
          for (int i = 0; i < frames; i++) {
            client.send(FuzzedFrames.next(random));
          }
          client.shutdownOutput();
          client.awaitClose();
        } catch (SocketException e) {
          // closed while we were writing: as it should be
        }
        if (round % 50 == 0) {
          assertServes(server);
        }
      }
      assertServes(server);
      server.awaitAllRequestMemoryFree();
    }
  }

  @Test
  void connectionsThatSendNothingAreCheap() throws Exception {
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of())) {
      TestClient[] silent = new TestClient[200];
      for (int i = 0; i < silent.length; i++) {
        silent[i] = server.connect();
      }
      assertServes(server);
      server.awaitAllRequestMemoryFree();
      for (TestClient client : silent) {
        client.close();
      }
    }
  }
}
