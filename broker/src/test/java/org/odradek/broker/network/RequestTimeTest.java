package org.odradek.broker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.RequestTimeLimit;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.message.MetadataRequest;
import org.odradek.protocol.message.MetadataResponse;

/** What the time of requests is charged to, and what clients are told. */
class RequestTimeTest {
  private static final short VERSION = 9;

  private final HeldHandler metadata = new HeldHandler(ApiKey.METADATA, false, false);
  private final BlockingQueue<Long> charged = new LinkedBlockingQueue<>();
  private final BlockingQueue<Long> exempt = new LinkedBlockingQueue<>();

  /** Everybody is told to wait a millisecond. */
  private final RequestTimeLimit limit =
      new RequestTimeLimit() {
        @Override
        public boolean isMeasured() {
          return true;
        }

        @Override
        public int charge(RequestContext context, long nanos, Responder<?> out) {
          charged.add(nanos);
          out.throttle(1);
          return 1;
        }

        @Override
        public void exempt(long nanos) {
          exempt.add(nanos);
        }
      };

  @Test
  void theResponseTellsAndTheNextRequestIsServedLater() throws Exception {
    try (TestServer server = TestServer.limited(List.of(metadata), limit);
        TestClient client = server.connect()) {
      for (int id = 0; id < 3; id++) {
        client.send(ApiKey.METADATA, VERSION, id, new MetadataRequest());
        metadata.next().responder().complete(new MetadataResponse().throttleTimeMs(id));
        MetadataResponse response =
            client
                .receive(ApiKey.METADATA, VERSION)
                .read(MetadataResponse.class, ApiKey.METADATA, VERSION);
        assertEquals(Math.max(1, id), response.throttleTimeMs(), "the longer of the two");
        assertTrue(charged.take() >= 0);
      }
    }
  }

  @Test
  void versionsWithoutAPlaceForItAreHeldBackAsWell() throws Exception {
    try (TestServer server = TestServer.limited(List.of(metadata), limit);
        TestClient client = server.connect()) {
      client.send(ApiKey.METADATA, 0, 1, new MetadataRequest());
      metadata.next().responder().complete(new MetadataResponse());
      assertEquals(1, client.receive(ApiKey.METADATA, 0).correlationId());
      assertTrue(charged.take() >= 0);
    }
  }

  @Test
  void whatABrokerAsksIsNobodysTime() throws Exception {
    HeldHandler ofBrokers = HeldHandler.ofBrokers(ApiKey.METADATA);
    try (TestServer server = TestServer.limited(List.of(ofBrokers), limit);
        TestClient client = server.connect()) {
      client.send(ApiKey.METADATA, VERSION, 1, new MetadataRequest());
      ofBrokers.next().responder().complete(new MetadataResponse());
      MetadataResponse response =
          client
              .receive(ApiKey.METADATA, VERSION)
              .read(MetadataResponse.class, ApiKey.METADATA, VERSION);
      assertEquals(0, response.throttleTimeMs());
      assertTrue(exempt.take() >= 0);
      assertTrue(charged.isEmpty());
    }
  }
}
