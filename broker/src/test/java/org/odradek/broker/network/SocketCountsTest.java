package org.odradek.broker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.message.ProduceRequest;

/** What is counted of connections, byte by byte. */
class SocketCountsTest {
  /** ApiVersions 0 without a client id. */
  private static final byte[] REQUEST = {0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, 1, -1, -1};

  private static SocketCounts countsOf(TestServer server) {
    List<SocketCounts> counts = server.server().socketCounts().get("PLAINTEXT");
    if (counts == null) {
      throw new AssertionError("nothing counts");
    }
    return counts.getFirst(); // there is one thread
  }

  /** The event loop may be behind the client. */
  private static void await(BooleanSupplier condition, String what) {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() - deadlineNanos < 0, what);
      Thread.onSpinWait();
    }
  }

  private static int ask(Socket socket) throws Exception {
    socket.getOutputStream().write(REQUEST);
    DataInputStream in = new DataInputStream(socket.getInputStream());
    int length = in.readInt();
    in.readFully(new byte[length]);
    return Integer.BYTES + length;
  }

  @Test
  void requestsResponsesAndTheirBytes() throws Exception {
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of())) {
      SocketCounts counts = countsOf(server);
      int received = 0;
      try (Socket socket =
          new Socket(InetAddress.getLoopbackAddress(), server.server().port("PLAINTEXT"))) {
        for (int i = 0; i < 3; i++) {
          received += ask(socket);
        }
        assertEquals(3, counts.requests());
        assertEquals(3L * REQUEST.length, counts.bytesIn());
        assertEquals(received, counts.bytesOut());
        await(() -> counts.responses() == 3, "responses that are sent");
        assertEquals(1, counts.connections());
      }
      await(() -> counts.connectionsClosed() == 1, "a connection that ended");
      assertEquals(1, counts.connectionsOpened());
      assertEquals(0, counts.connections());
    }
  }

  @Test
  void whatIsNoRequestIsCountedAsBytesOnly() throws Exception {
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of());
        TestClient client = server.connect()) {
      SocketCounts counts = countsOf(server);
      client.send(new byte[] {0, 0, 0, 4, 127, 127, 0, 0});
      client.awaitClose();
      await(() -> counts.connectionsClosed() == 1, "a connection that was closed");
      assertEquals(8, counts.bytesIn());
      assertEquals(0, counts.requests());
      assertEquals(0, counts.responses());
      assertEquals(0, counts.bytesOut());
    }
  }

  @Test
  void aRequestWithoutAResponse() throws Exception {
    HeldHandler produce = new HeldHandler(ApiKey.PRODUCE, true, true);
    try (TestServer server = new TestServer(UnaryOperator.identity(), List.of(produce));
        TestClient client = server.connect()) {
      SocketCounts counts = countsOf(server);
      client.send(ApiKey.PRODUCE, 9, 1, new ProduceRequest().acks((short) 0));
      produce.next().responder().completeWithoutResponse();
      server.awaitAllRequestMemoryFree();
      assertEquals(1, counts.requests());
      assertEquals(0, counts.responses());
    }
  }

  private static NetworkConfig withTwoThreads(NetworkConfig config) {
    return new NetworkConfig(
        config.listeners(),
        2,
        config.workerThreads(),
        config.workerQueueLength(),
        config.sendBufferBytes(),
        config.receiveBufferBytes(),
        config.listenBacklog(),
        config.requestMaxBytes(),
        config.requestMemoryBytes(),
        config.maxConnections(),
        config.maxConnectionsPerIp(),
        config.maxConnectionsPerIpOverrides(),
        config.connectionsMaxIdleMs());
  }

  @Test
  void eachThreadCountsItsOwnConnections() throws Exception {
    try (TestServer server = new TestServer(SocketCountsTest::withTwoThreads, List.of())) {
      List<SocketCounts> counts = server.server().socketCounts().get("PLAINTEXT");
      assertNotNull(counts);
      NetworkThreads threads = server.server().threads();
      assertEquals(2, threads.count());
      assertNull(threads.thread(0));
      int port = server.server().port("PLAINTEXT");
      try (Socket first = new Socket(InetAddress.getLoopbackAddress(), port);
          Socket second = new Socket(InetAddress.getLoopbackAddress(), port)) {
        int received = ask(first);
        assertEquals(received, ask(second));
        ask(second);
        assertEquals(List.of(1L, 1L), counts.stream().map(SocketCounts::connections).toList());
        assertEquals(
            Set.of(1L, 2L),
            counts.stream().map(SocketCounts::requests).collect(Collectors.toSet()));
        assertNotNull(threads.thread(0));
        assertNotSame(threads.thread(0), threads.thread(1));
      }
    }
  }
}
