package org.odradek.broker.network;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.ApiVersionsHandler;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.api.RequestTimeLimit;
import org.odradek.broker.quota.ConnectionRates;

/**
 * A network server on a free port of the loopback interface, with leak detection for all buffers.
 */
final class TestServer implements AutoCloseable {
  static {
    BufferLeaks.detect();
  }

  static final int REQUEST_MEMORY_BYTES = 4 << 20;

  private final NetworkServer server;

  TestServer(UnaryOperator<NetworkConfig> change, List<? extends ApiHandler<?, ?>> handlers) {
    this(change, handlers, true, ListenerSecurity.PLAINTEXT, RequestTimeLimit.NONE);
  }

  /** One whose connections are protected. */
  static TestServer secure(ListenerSecurity security, List<? extends ApiHandler<?, ?>> handlers) {
    return new TestServer(
        UnaryOperator.identity(), handlers, true, security, RequestTimeLimit.NONE);
  }

  /** One that holds clients back for what they use of its threads. */
  static TestServer limited(List<? extends ApiHandler<?, ?>> handlers, RequestTimeLimit limit) {
    return new TestServer(
        UnaryOperator.identity(), handlers, true, ListenerSecurity.PLAINTEXT, limit);
  }

  /** One that starts: other brokers may come in, clients not yet. */
  static TestServer starting(List<? extends ApiHandler<?, ?>> handlers) {
    return new TestServer(
        UnaryOperator.identity(),
        handlers,
        false,
        ListenerSecurity.PLAINTEXT,
        RequestTimeLimit.NONE);
  }

  private TestServer(
      UnaryOperator<NetworkConfig> change,
      List<? extends ApiHandler<?, ?>> handlers,
      boolean isReady,
      ListenerSecurity security,
      RequestTimeLimit requestTime) {
    HandlerRegistry registry = new HandlerRegistry();
    registry.register(new ApiVersionsHandler(registry));
    registry.registerAll(handlers);
    ListenerConfig listener = new ListenerConfig("PLAINTEXT", security, "127.0.0.1", 0, null, null);
    server =
        new NetworkServer(
            change.apply(small(listener)), registry, requestTime, ConnectionRates.none());
    server.bind();
    if (isReady) {
      server.accept();
    } else {
      server.acceptBrokers();
    }
  }

  /** Small bounds, so that they are met. */
  private static NetworkConfig small(ListenerConfig listener) {
    return new NetworkConfig(
        List.of(listener),
        1,
        2,
        4,
        -1,
        -1,
        50,
        1 << 20,
        REQUEST_MEMORY_BYTES,
        Integer.MAX_VALUE,
        Integer.MAX_VALUE,
        Map.of(),
        600_000);
  }

  TestClient connect() throws IOException {
    return new TestClient(new Socket(InetAddress.getLoopbackAddress(), server.port("PLAINTEXT")));
  }

  /** A client that speaks TLS. */
  TestClient connect(SSLContext context) throws IOException {
    return new TestClient(
        context
            .getSocketFactory()
            .createSocket(InetAddress.getLoopbackAddress(), server.port("PLAINTEXT")));
  }

  NetworkServer server() {
    return server;
  }

  long availableRequestMemoryBytes() {
    return server.availableRequestMemoryBytes();
  }

  /** Waits until some request is being held. */
  void awaitRequestMemoryTaken() {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (server.availableRequestMemoryBytes() == REQUEST_MEMORY_BYTES) {
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new AssertionError("no request came");
      }
      Thread.onSpinWait();
    }
  }

  /** A client may have its response before the server has given the memory back. */
  void awaitAllRequestMemoryFree() {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (server.availableRequestMemoryBytes() != REQUEST_MEMORY_BYTES) {
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new AssertionError(
            server.availableRequestMemoryBytes() + " bytes free of " + REQUEST_MEMORY_BYTES);
      }
      Thread.onSpinWait();
    }
  }

  @Override
  public void close() {
    server.stop();
    BufferLeaks.assertNone();
  }
}
