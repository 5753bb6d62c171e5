package org.odradek.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.network.BufferLeaks;
import org.odradek.broker.network.SecurityProtocol;
import org.odradek.broker.peer.NettyPeerChannels;
import org.odradek.broker.peer.PeerAddress;
import org.odradek.broker.peer.PeerChannel;
import org.odradek.broker.peer.PeerChannelConfig;
import org.odradek.broker.peer.PeerException;
import org.odradek.broker.peer.PeerSecurity;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.message.ApiVersionsRequest;

/** A broker as a client of another one. */
class PeerTlsTest {
  static {
    BufferLeaks.detect();
  }

  private static final TestCertificates CERTIFICATES = TestCertificates.create();
  private static final short VERSION = 0;

  @TempDir Path directory;

  private final TlsResources resources = new TlsResources();

  @AfterEach
  void close() {
    resources.close();
    BufferLeaks.assertNone();
  }

  private static NettyPeerChannels channels(ListenerTls tls) {
    PeerSecurity security = new PeerSecurity(SecurityProtocol.SSL, tls.peers(), null);
    return new NettyPeerChannels(security, 1, task -> Thread.ofVirtual().start(task));
  }

  private static PeerChannel open(NettyPeerChannels channels, TlsServer server, String host) {
    return channels.open(
        new PeerAddress(2, host, server.port()), PeerChannelConfig.of("test", 20_000));
  }

  private static String failure(PeerChannel channel) {
    Throwable cause =
        assertThrows(
                ExecutionException.class,
                () ->
                    channel
                        .call(ApiKey.API_VERSIONS, VERSION, new ApiVersionsRequest())
                        .get(20, TimeUnit.SECONDS))
            .getCause();
    return String.valueOf(assertInstanceOf(PeerException.class, cause).getMessage());
  }

  @Test
  void showsItsOwnCertificate() throws Exception {
    ListenerTls tls = CERTIFICATES.listener(directory, resources, "ssl.client.auth", "required");
    try (TlsServer server = new TlsServer(tls);
        NettyPeerChannels channels = channels(tls)) {
      open(channels, server, "127.0.0.1")
          .call(ApiKey.API_VERSIONS, VERSION, new ApiVersionsRequest())
          .get(20, TimeUnit.SECONDS);
      assertEquals("User:CN=broker", server.nextPrincipal());
    }
  }

  @Test
  void checksTheNameInTheCertificate() throws Exception {
    ListenerTls tls = CERTIFICATES.listener(directory, resources);
    String other = "127.0.0.2"; // the certificate has 127.0.0.1
    try (TlsServer server = new TlsServer(tls, other);
        NettyPeerChannels channels = channels(tls)) {
      String message = failure(open(channels, server, other));
      assertTrue(message.contains("127.0.0.2") && message.contains("TLS"), message);
    }
  }

  @Test
  void doesNotCheckItWhenToldSo() throws Exception {
    ListenerTls tls =
        CERTIFICATES.listener(directory, resources, "ssl.endpoint.identification.algorithm", "");
    try (TlsServer server = new TlsServer(tls, "127.0.0.2");
        NettyPeerChannels channels = channels(tls)) {
      open(channels, server, "127.0.0.2")
          .call(ApiKey.API_VERSIONS, VERSION, new ApiVersionsRequest())
          .get(20, TimeUnit.SECONDS);
      assertEquals("User:ANONYMOUS", server.nextPrincipal());
    }
  }

  @Test
  void doesNotTrustStrangers() throws Exception {
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    ListenerTls stranger = TestCertificates.create().listener(elsewhere, resources);
    try (ListenerTls tls = CERTIFICATES.listener(directory, resources);
        TlsServer server = new TlsServer(stranger);
        NettyPeerChannels channels = channels(tls)) {
      String message = failure(open(channels, server, "127.0.0.1"));
      assertTrue(message.contains("ssl.truststore.location"), message);
    }
  }
}
