package org.odradek.broker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.message.ApiVersionsRequest;
import org.odradek.protocol.message.ApiVersionsResponse;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.HeartbeatRequest;
import org.odradek.protocol.message.HeartbeatResponse;
import org.odradek.protocol.message.ProduceRequest;
import org.odradek.protocol.message.ProduceResponse;

/** Connections as clients see them: order, pipelining, half frames, bounds. */
class ConnectionTest {
  private static final short PRODUCE_VERSION = 9;
  private static final short HEARTBEAT_VERSION = 4;
  private static final short FETCH_VERSION = 12;

  private static ApiVersionsRequest apiVersions() {
    return new ApiVersionsRequest().clientSoftwareName("test").clientSoftwareVersion("1.0");
  }

  private static ProduceRequest produce(int recordBytes) {
    return new ProduceRequest()
        .acks((short) -1)
        .topicData(
            List.of(
                new ProduceRequest.TopicProduceData()
                    .name("t")
                    .partitionData(
                        List.of(
                            new ProduceRequest.PartitionProduceData()
                                .records(new BufferRecords(ByteBuffer.allocate(recordBytes)))))));
  }

  private static FetchResponse fetched(ByteBuffer records) {
    return new FetchResponse()
        .responses(
            List.of(
                new FetchResponse.FetchableTopicResponse()
                    .topic("t")
                    .partitions(
                        List.of(
                            new FetchResponse.PartitionData()
                                .records(new BufferRecords(records))))));
  }

  @Test
  void answersPipelinedRequestsInTheirOrderWhateverOrderTheyCompleteIn() throws Exception {
    HeldHandler produce = new HeldHandler(ApiKey.PRODUCE, true, true);
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of(produce));
        TestClient client = server.connect()) {
      // the same correlation id for all: the order must not come from it
      for (int i = 0; i < 3; i++) {
        client.send(ApiKey.PRODUCE, PRODUCE_VERSION, 7, produce(10 + i));
      }
      client.send(ApiKey.API_VERSIONS, 3, 8, apiVersions());
      List<HeldHandler.Call> calls = produce.next(3);
      for (int i = 2; i >= 0; i--) {
        calls.get(i).responder().complete(new ProduceResponse().throttleTimeMs(i));
      }
      for (int i = 0; i < 3; i++) {
        TestClient.Answer answer = client.receive(ApiKey.PRODUCE, PRODUCE_VERSION);
        assertEquals(7, answer.correlationId());
        assertEquals(
            i,
            answer.read(ProduceResponse.class, ApiKey.PRODUCE, PRODUCE_VERSION).throttleTimeMs());
      }
      assertEquals(8, client.receive(ApiKey.API_VERSIONS, 3).correlationId());
    }
  }

  @Test
  void holdsTheNextRequestBackUntilAnUnpipelinedOneIsComplete() throws Exception {
    HeldHandler heartbeat = new HeldHandler(ApiKey.HEARTBEAT, false, false);
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of(heartbeat));
        TestClient client = server.connect()) {
      client.send(ApiKey.HEARTBEAT, HEARTBEAT_VERSION, 1, new HeartbeatRequest().groupId("a"));
      client.send(ApiKey.HEARTBEAT, HEARTBEAT_VERSION, 2, new HeartbeatRequest().groupId("b"));
      HeldHandler.Call first = heartbeat.next();
      // a request of another connection gets through the same event loop: the second had its chance
      try (TestClient other = server.connect()) {
        other.send(ApiKey.API_VERSIONS, 3, 1, apiVersions());
        other.receive(ApiKey.API_VERSIONS, 3);
      }
      assertTrue(heartbeat.hasNone());
      first.responder().complete(new HeartbeatResponse());
      assertEquals(1, client.receive(ApiKey.HEARTBEAT, HEARTBEAT_VERSION).correlationId());
      heartbeat.next().responder().complete(new HeartbeatResponse());
      assertEquals(2, client.receive(ApiKey.HEARTBEAT, HEARTBEAT_VERSION).correlationId());
    }
  }

  @Test
  void writesNothingWhereNoResponseIsWanted() throws Exception {
    HeldHandler produce = new HeldHandler(ApiKey.PRODUCE, true, true);
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of(produce));
        TestClient client = server.connect()) {
      client.send(ApiKey.PRODUCE, PRODUCE_VERSION, 1, produce(100));
      client.send(ApiKey.API_VERSIONS, 3, 2, apiVersions());
      produce.next().responder().completeWithoutResponse();
      assertEquals(2, client.receive(ApiKey.API_VERSIONS, 3).correlationId());
    }
  }

  @Test
  void takesFramesInAnyPieces() throws Exception {
    HeldHandler produce = new HeldHandler(ApiKey.PRODUCE, true, true);
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of(produce));
        TestClient client = server.connect()) {
      byte[] small = TestClient.frame(ApiKey.PRODUCE, PRODUCE_VERSION, 1, produce(20));
      for (byte b : small) {
        client.send(new byte[] {b});
      }
      HeldHandler.Call call = produce.next();
      assertEquals(produce(20), call.request());
      call.responder().complete(new ProduceResponse());
      client.receive(ApiKey.PRODUCE, PRODUCE_VERSION);

      byte[] large = TestClient.frame(ApiKey.PRODUCE, PRODUCE_VERSION, 2, produce(900_000));
      client.send(large);
      call = produce.next();
      assertEquals(produce(900_000), call.request());
      call.responder().complete(new ProduceResponse());
      assertEquals(2, client.receive(ApiKey.PRODUCE, PRODUCE_VERSION).correlationId());
      server.awaitAllRequestMemoryFree();
    }
  }

  @Test
  void answersAnUnknownVersionOfApiVersionsWithItsRangeInVersion0() throws Exception {
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of());
        TestClient client = server.connect()) {
      ByteBuffer request = ByteBuffer.allocate(14);
      request.putInt(10).putShort((short) 18).putShort((short) 99).putInt(7).putShort((short) -1);
      client.send(request.array());
      assertEquals(
          "00000007002300000001001200000004",
          HexFormat.of().formatHex(client.receiveFrame().array()));
      client.send(ApiKey.API_VERSIONS, 3, 8, apiVersions());
      ApiVersionsResponse response =
          client
              .receive(ApiKey.API_VERSIONS, 3)
              .read(ApiVersionsResponse.class, ApiKey.API_VERSIONS, (short) 3);
      assertEquals(0, response.errorCode());
      assertEquals(1, response.apiKeys().size());
    }
  }

  @Test
  void stopsReadingAConnectionWhoseClientDoesNotReadItsResponses() throws Exception {
    HeldHandler fetch = new HeldHandler(ApiKey.FETCH, true, false);
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of(fetch));
        TestClient client = server.connect()) {
      client.send(ApiKey.FETCH, FETCH_VERSION, 1, new FetchRequest());
      // more than sockets of both sides and the high-water mark hold
      int size = 64 << 20;
      fetch.next().responder().complete(fetched(ByteBuffer.allocate(size)));
      // the write has been tried before another connection is served
      try (TestClient other = server.connect()) {
        other.send(ApiKey.API_VERSIONS, 3, 1, apiVersions());
        other.receive(ApiKey.API_VERSIONS, 3);
      }
      client.send(ApiKey.FETCH, FETCH_VERSION, 2, new FetchRequest());
      try (TestClient other = server.connect()) {
        other.send(ApiKey.API_VERSIONS, 3, 1, apiVersions());
        other.receive(ApiKey.API_VERSIONS, 3);
      }
      assertTrue(fetch.hasNone());
      assertTrue(client.receiveFrame().remaining() > size);
      fetch.next().responder().complete(new FetchResponse());
      assertEquals(2, client.receive(ApiKey.FETCH, FETCH_VERSION).correlationId());
    }
  }

  @Test
  void boundsTheRequestsInFlightOfOneConnection() throws Exception {
    HeldHandler produce = new HeldHandler(ApiKey.PRODUCE, true, true);
    int limit = NetworkConfig.MAX_IN_FLIGHT_PER_CONNECTION;
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of(produce));
        TestClient client = server.connect()) {
      for (int i = 0; i < limit + 5; i++) {
        client.send(ApiKey.PRODUCE, PRODUCE_VERSION, i, produce(10));
      }
      List<HeldHandler.Call> calls = produce.next(limit);
      try (TestClient other = server.connect()) {
        other.send(ApiKey.API_VERSIONS, 3, 1, apiVersions());
        other.receive(ApiKey.API_VERSIONS, 3);
      }
      assertTrue(produce.hasNone());
      calls.forEach(call -> call.responder().complete(new ProduceResponse()));
      produce.next(5).forEach(call -> call.responder().complete(new ProduceResponse()));
      for (int i = 0; i < limit + 5; i++) {
        assertEquals(i, client.receive(ApiKey.PRODUCE, PRODUCE_VERSION).correlationId());
      }
    }
  }

  @Test
  void boundsTheMemoryOfAllRequestsTogether() throws Exception {
    HeldHandler produce = new HeldHandler(ApiKey.PRODUCE, true, true);
    try (TestServer server = new TestServer(c -> memory(c, 100_000), List.of(produce));
        TestClient first = server.connect();
        TestClient second = server.connect()) {
      first.send(ApiKey.PRODUCE, PRODUCE_VERSION, 1, produce(200_000));
      HeldHandler.Call large = produce.next();
      assertTrue(server.availableRequestMemoryBytes() < 0);
      second.send(ApiKey.PRODUCE, PRODUCE_VERSION, 2, produce(50));
      try (TestClient other = server.connect()) {
        other.send(ApiKey.PRODUCE, PRODUCE_VERSION, 3, produce(50));
        assertTrue(produce.hasNone());
        large.responder().complete(new ProduceResponse());
        assertEquals(1, first.receive(ApiKey.PRODUCE, PRODUCE_VERSION).correlationId());
        produce.next(2).forEach(call -> call.responder().complete(new ProduceResponse()));
        assertEquals(2, second.receive(ApiKey.PRODUCE, PRODUCE_VERSION).correlationId());
        assertEquals(3, other.receive(ApiKey.PRODUCE, PRODUCE_VERSION).correlationId());
      }
    }
  }

  @Test
  void refusesConnectionsOverTheLimitOfAnAddress() throws Exception {
    try (TestServer server = new TestServer(c -> perIp(c, 2), List.of());
        TestClient first = server.connect();
        TestClient second = server.connect()) {
      for (TestClient client : List.of(first, second)) {
        client.send(ApiKey.API_VERSIONS, 3, 1, apiVersions());
        client.receive(ApiKey.API_VERSIONS, 3);
      }
      try (TestClient third = server.connect()) {
        third.awaitClose();
      }
      first.send(ApiKey.API_VERSIONS, 3, 2, apiVersions());
      assertEquals(2, first.receive(ApiKey.API_VERSIONS, 3).correlationId());
    }
  }

  @Test
  void leavesConnectionsOverMaxConnectionsWaitingUntilOneIsClosed() throws Exception {
    try (TestServer server = new TestServer(c -> connections(c, 1), List.of());
        TestClient first = server.connect()) {
      first.send(ApiKey.API_VERSIONS, 3, 1, apiVersions());
      first.receive(ApiKey.API_VERSIONS, 3);
      try (TestClient second = server.connect()) {
        second.send(ApiKey.API_VERSIONS, 3, 2, apiVersions());
        first.close();
        assertEquals(2, second.receive(ApiKey.API_VERSIONS, 3).correlationId());
      }
    }
  }

  @Test
  void closesIdleConnections() throws Exception {
    try (TestServer server = new TestServer(c -> idle(c, 50), List.of());
        TestClient client = server.connect()) {
      client.awaitClose();
    }
  }

  @Test
  void aSecondAnswerIsADefect() throws Exception {
    HeldHandler produce = new HeldHandler(ApiKey.PRODUCE, true, true);
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of(produce));
        TestClient client = server.connect()) {
      client.send(ApiKey.PRODUCE, PRODUCE_VERSION, 1, produce(10));
      HeldHandler.Call call = produce.next();
      call.responder().complete(new ProduceResponse());
      assertThrows(
          IllegalStateException.class, () -> call.responder().complete(new ProduceResponse()));
    }
  }

  @Test
  void givesMemoryBackWhenTheClientGoesAwayBeforeItsAnswer() throws Exception {
    HeldHandler produce = new HeldHandler(ApiKey.PRODUCE, true, true);
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of(produce))) {
      try (TestClient client = server.connect()) {
        client.send(ApiKey.PRODUCE, PRODUCE_VERSION, 1, produce(10_000));
        produce.next().responder().closeConnection("the test says so");
        client.awaitClose();
      }
      HeldHandler.Call orphan = orphanedCall(server, produce);
      orphan.responder().complete(new ProduceResponse());
      server.awaitAllRequestMemoryFree();
    }
  }

  private static HeldHandler.Call orphanedCall(TestServer server, HeldHandler produce)
      throws IOException, InterruptedException {
    try (TestClient client = server.connect()) {
      client.send(ApiKey.PRODUCE, PRODUCE_VERSION, 1, produce(10_000));
      return produce.next();
    }
  }

  private static NetworkConfig memory(NetworkConfig c, long bytes) {
    return new NetworkConfig(
        c.listeners(), 1, 2, 4, -1, -1, 50, 1 << 20, bytes, 1000, 1000, Map.of(), 600_000);
  }

  private static NetworkConfig perIp(NetworkConfig c, int limit) {
    return new NetworkConfig(
        c.listeners(), 1, 2, 4, -1, -1, 50, 1 << 20, 4 << 20, 1000, limit, Map.of(), 600_000);
  }

  private static NetworkConfig connections(NetworkConfig c, int limit) {
    return new NetworkConfig(
        c.listeners(), 1, 2, 4, -1, -1, 50, 1 << 20, 4 << 20, limit, 1000, Map.of(), 600_000);
  }

  private static NetworkConfig idle(NetworkConfig c, long idleMs) {
    return new NetworkConfig(
        c.listeners(), 1, 2, 4, -1, -1, 50, 1 << 20, 4 << 20, 1000, 1000, Map.of(), idleMs);
  }
}
