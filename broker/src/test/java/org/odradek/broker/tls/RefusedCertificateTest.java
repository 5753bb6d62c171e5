package org.odradek.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.odradek.broker.api.RequestContext.ConnectionSession;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.broker.authentication.LoginCounts;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.network.BufferLeaks;

/**
 * A client of TLS 1.3 that sends its certificate, the end of its handshake and a request at once:
 * they are in one read of the socket, and the request is there before the connection is closed.
 */
@Timeout(60)
class RefusedCertificateTest {
  static {
    BufferLeaks.detect();
  }

  private static final TestCertificates CERTIFICATES = TestCertificates.create();
  private static final int BUFFER_BYTES = 1 << 16;

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"OpenSSL,true", "OpenSSL,false", "JVM,true", "JVM,false"})
  void nothingIsServedOfAClientThatNoRuleNames(String engine, boolean isNamed) throws Exception {
    List<String> served = new ArrayList<>();
    TlsContext context = context(engine);
    try (TlsResources resources = new TlsResources()) {
      EmbeddedChannel channel = server(context, isNamed ? "alice" : null, resources, served);
      boolean wasOpen = connect(channel, "DELETE-TOPICS");
      assertEquals(isNamed, wasOpen);
      assertEquals(isNamed ? List.of("DELETE-TOPICS of User:alice") : List.of(), served);
      channel.finishAndReleaseAll();
    } finally {
      context.release();
    }
    BufferLeaks.assertNone();
  }

  private TlsContext context(String engine) throws Exception {
    Map<String, String> config = CERTIFICATES.settings(directory, "ssl.client.auth", "required");
    if (engine.equals("JVM")) {
      config.put("ssl.provider", "SunJSSE");
    }
    TlsSettings settings = TlsSettings.of(BrokerConfig.of(config), "SSL", false);
    return TlsContext.server(settings, Stores.load(settings));
  }

  private static EmbeddedChannel server(
      TlsContext context, @Nullable String name, TlsResources resources, List<String> served) {
    Session session = new Session();
    return new EmbeddedChannel(
        new TlsStartHandler(
            "SSL",
            (allocator, tasks) -> context.newHandler(allocator, Runnable::run),
            distinguishedName -> name,
            session,
            false,
            resources,
            new LoginCounts()),
        new ChannelInboundHandlerAdapter() {
          @Override
          public void channelRead(ChannelHandlerContext ctx, Object message) {
            String text = ((ByteBuf) message).toString(StandardCharsets.US_ASCII);
            served.add(text + " of " + session.principal);
            ReferenceCountUtil.release(message);
          }
        });
  }

  /** Shakes hands, and sends {@code request} along with the end of it; whether it stays open. */
  private static boolean connect(EmbeddedChannel server, String request) throws Exception {
    SSLContext context = CERTIFICATES.client(CERTIFICATES.issue("CN=alice"));
    SSLEngine client = context.createSSLEngine("localhost", 1);
    client.setEnabledProtocols(new String[] {"TLSv1.3"});
    client.setUseClientMode(true);
    client.beginHandshake();
    ByteArrayOutputStream flight = new ByteArrayOutputStream();
    ByteBuffer fromServer = ByteBuffer.allocate(0);
    while (client.getHandshakeStatus() != HandshakeStatus.NOT_HANDSHAKING) {
      switch (client.getHandshakeStatus()) {
        case NEED_TASK -> {
          for (Runnable task = client.getDelegatedTask();
              task != null;
              task = client.getDelegatedTask()) {
            task.run();
          }
        }
        case NEED_WRAP -> wrap(client, "", flight);
        default -> {
          send(server, flight);
          fromServer = append(fromServer, server);
          client.unwrap(fromServer, ByteBuffer.allocate(BUFFER_BYTES));
        }
      }
    }
    assertTrue(flight.size() > 0, "the end of the handshake was sent before");
    wrap(client, request, flight);
    assertTrue(server.isOpen());
    send(server, flight);
    runAll(server);
    return server.isOpen();
  }

  /** Also what waits for its turn among handshakes. */
  private static void runAll(EmbeddedChannel server) {
    server.advanceTimeBy(1, TimeUnit.SECONDS);
    server.runPendingTasks();
    server.runScheduledPendingTasks();
  }

  private static void wrap(SSLEngine client, String text, ByteArrayOutputStream flight)
      throws Exception {
    ByteBuffer out = ByteBuffer.allocate(BUFFER_BYTES);
    client.wrap(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), out);
    flight.write(out.array(), 0, out.position());
  }

  private static void send(EmbeddedChannel server, ByteArrayOutputStream flight) {
    if (flight.size() > 0) {
      server.writeInbound(Unpooled.wrappedBuffer(flight.toByteArray()));
      flight.reset();
    }
  }

  private static ByteBuffer append(ByteBuffer left, EmbeddedChannel server) {
    ByteBuffer all = ByteBuffer.allocate(BUFFER_BYTES).put(left);
    runAll(server);
    for (ByteBuf out = server.readOutbound(); out != null; out = server.readOutbound()) {
      all.put(out.nioBuffer());
      out.release();
    }
    return all.flip();
  }

  static final class Session implements ConnectionSession {
    private Principal principal = Principal.ANONYMOUS;

    @Override
    public String clientSoftwareName() {
      return "unknown";
    }

    @Override
    public String clientSoftwareVersion() {
      return "unknown";
    }

    @Override
    public void clientSoftware(String name, String version) {
      throw new AssertionError("not expected");
    }

    @Override
    public long connectionId() {
      return 1;
    }

    @Override
    public Principal principal() {
      return principal;
    }

    @Override
    public boolean isAuthenticated() {
      return !principal.equals(Principal.ANONYMOUS);
    }

    @Override
    public boolean isTokenAuthenticated() {
      return false;
    }

    @Override
    public void authenticated(Principal shown, boolean byDelegationToken) {
      principal = shown;
    }
  }
}
