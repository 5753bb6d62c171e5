package org.odradek.broker.tls;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.network.ListenerConfig;
import org.odradek.broker.network.ListenerSecurity;
import org.odradek.broker.network.NetworkConfig;
import org.odradek.broker.network.NetworkServer;
import org.odradek.broker.network.SecurityProtocol;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.ApiVersionsRequest;
import org.odradek.protocol.message.ApiVersionsResponse;
import org.slf4j.LoggerFactory;

/** A server with one TLS listener and one without, and what it logs. */
final class TlsServer implements AutoCloseable {
  private static final int TIMEOUT_MS = 20_000;

  private final ListenerTls tls;
  private final NetworkServer server;
  private final BlockingQueue<String> principals = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> logged = new LinkedBlockingQueue<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("org.odradek.broker");
  private final AppenderBase<ILoggingEvent> appender =
      new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
          logged.add(event.getFormattedMessage());
        }
      };

  TlsServer(ListenerTls tls) {
    this(tls, "127.0.0.1");
  }

  /**
   * @param tls closed with the server
   * @param host an address of the loopback interface
   */
  TlsServer(ListenerTls tls, String host) {
    this.tls = tls;
    HandlerRegistry registry = new HandlerRegistry();
    registry.register(new WhoHandler());
    ListenerConfig secure =
        new ListenerConfig(
            "SSL", new ListenerSecurity(SecurityProtocol.SSL, tls, null), host, 0, null, null);
    ListenerConfig plain =
        new ListenerConfig("PLAINTEXT", ListenerSecurity.PLAINTEXT, "127.0.0.1", 0, null, null);
    appender.start();
    logger.addAppender(appender);
    server = new NetworkServer(NetworkConfig.defaults(List.of(secure, plain)), registry);
    server.bind();
    server.accept();
  }

  Socket connect() throws IOException {
    return connect("SSL");
  }

  Socket connect(String listener) throws IOException {
    Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), server.port(listener));
    socket.setSoTimeout(TIMEOUT_MS);
    return socket;
  }

  int port() {
    return server.port("SSL");
  }

  SSLSocket connect(SSLContext client) throws IOException {
    SSLSocket socket =
        (SSLSocket) client.getSocketFactory().createSocket(connect(), "127.0.0.1", port(), true);
    socket.setSoTimeout(TIMEOUT_MS);
    return socket;
  }

  /** Sends a request, and says whom the server takes its sender for. */
  String whoIs(Socket socket) throws IOException, InterruptedException {
    socket.getOutputStream().write(request());
    DataInputStream in = new DataInputStream(socket.getInputStream());
    in.readFully(new byte[in.readInt()]);
    return nextPrincipal();
  }

  /** Who sent the next request. */
  String nextPrincipal() throws InterruptedException {
    String who = principals.poll(TIMEOUT_MS, TimeUnit.MILLISECONDS);
    if (who == null) {
      throw new AssertionError("no request came");
    }
    return who;
  }

  private static byte[] request() {
    return ByteBuffer.allocate(14)
        .putInt(10)
        .putShort(ApiKey.API_VERSIONS.id())
        .putShort((short) 0)
        .putInt(7)
        .putShort((short) -1)
        .array();
  }

  /** Waits for a line of the log. */
  String awaitLog(Predicate<String> wanted) throws InterruptedException {
    while (true) {
      String line = logged.poll(TIMEOUT_MS, TimeUnit.MILLISECONDS);
      if (line == null) {
        throw new AssertionError("no such line was logged");
      }
      if (wanted.test(line)) {
        return line;
      }
    }
  }

  @Override
  public void close() {
    server.stop();
    tls.close();
    logger.detachAppender(appender);
  }

  private final class WhoHandler implements ApiHandler<ApiVersionsRequest, ApiVersionsResponse> {
    @Override
    public ApiKey apiKey() {
      return ApiKey.API_VERSIONS;
    }

    @Override
    public short minVersion() {
      return 0;
    }

    @Override
    public short maxVersion() {
      return 0;
    }

    @Override
    public ApiVersionsRequest read(MessageReader in, short version) {
      return ApiVersionsRequest.read(in, version);
    }

    @Override
    public void handle(
        RequestContext context,
        ApiVersionsRequest request,
        Responder<ApiVersionsResponse> responder) {
      principals.add(context.principal().toString());
      responder.complete(new ApiVersionsResponse());
    }

    @Override
    public ApiVersionsResponse error(ApiVersionsRequest request, short version, Throwable cause) {
      throw new AssertionError("not expected", cause);
    }
  }
}
