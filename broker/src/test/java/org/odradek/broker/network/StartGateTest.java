package org.odradek.broker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.message.ApiVersionsRequest;
import org.odradek.protocol.message.MetadataRequest;
import org.odradek.protocol.message.MetadataResponse;
import org.odradek.protocol.message.UpdateMetadataRequest;

/** While the broker starts, other brokers are heard and clients wait. */
class StartGateTest {
  private static final short METADATA_VERSION = 9;
  private static final short UPDATE_METADATA_VERSION = 6;

  private final HeldHandler metadata = new HeldHandler(ApiKey.METADATA, false, false);
  private final HeldHandler updates = new HeldHandler(ApiKey.UPDATE_METADATA, false, false);

  private static void ask(TestClient client, int correlationId) throws Exception {
    client.send(ApiKey.METADATA, METADATA_VERSION, correlationId, new MetadataRequest());
  }

  @Test
  void brokersAreHeardBeforeClientsWhoAreServedAfterwards() throws Exception {
    try (TestServer server = TestServer.starting(List.of(metadata, updates));
        TestClient early = server.connect();
        TestClient broker = server.connect()) {
      ask(early, 1);
      ask(early, 2);
      broker.send(ApiKey.UPDATE_METADATA, UPDATE_METADATA_VERSION, 1, new UpdateMetadataRequest());
      updates.next(); // on the same event loop, after the client's
      assertTrue(metadata.hasNone());

      server.server().accept();
      try (TestClient late = server.connect()) {
        ask(late, 9);
        metadata.next(2).forEach(call -> call.responder().complete(new MetadataResponse()));
        metadata.next().responder().complete(new MetadataResponse());
        assertEquals(9, late.receive(ApiKey.METADATA, METADATA_VERSION).correlationId());
        assertEquals(1, early.receive(ApiKey.METADATA, METADATA_VERSION).correlationId());
        assertEquals(2, early.receive(ApiKey.METADATA, METADATA_VERSION).correlationId());
      }
    }
  }

  @Test
  void whoAsksWhatEveryoneMayAskIsAnswered() throws Exception {
    try (TestServer server = TestServer.starting(List.of(metadata));
        TestClient client = server.connect()) {
      client.send(
          ApiKey.API_VERSIONS,
          3,
          4,
          new ApiVersionsRequest().clientSoftwareName("test").clientSoftwareVersion("1.0"));
      assertEquals(4, client.receive(ApiKey.API_VERSIONS, 3).correlationId());
    }
  }

  /** The server's leak detection sees that the held request is given back. */
  @Test
  void aClientThatGoesWhileItWaitsLeavesNothingBehind() throws Exception {
    try (TestServer server = TestServer.starting(List.of(metadata))) {
      try (TestClient client = server.connect()) {
        ask(client, 1);
        server.awaitRequestMemoryTaken();
      }
      server.awaitAllRequestMemoryFree();
      server.server().accept();
    }
  }
}
