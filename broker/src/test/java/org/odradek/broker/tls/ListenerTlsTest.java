package org.odradek.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.network.BufferLeaks;

/** Real clients, those of the JVM, against listeners with either of the engines. */
class ListenerTlsTest {
  static {
    BufferLeaks.detect();
  }

  private static final TestCertificates CERTIFICATES = TestCertificates.create();

  @TempDir Path directory;

  private final TlsResources resources = new TlsResources();

  @AfterEach
  void close() {
    resources.close();
    BufferLeaks.assertNone();
  }

  /** The setting that makes the JVM's engines be used, or one that changes nothing. */
  private static String[] engine(String engine, String... more) {
    String[] settings = new String[more.length + 2];
    System.arraycopy(more, 0, settings, 0, more.length);
    settings[more.length] = engine.equals("JVM") ? "ssl.provider" : "ssl.client.auth.unused";
    settings[more.length + 1] = "SunJSSE";
    return settings;
  }

  private TlsServer serve(String... settings) throws Exception {
    return new TlsServer(CERTIFICATES.listener(directory, resources, settings));
  }

  @ParameterizedTest
  @CsvSource({"OpenSSL,TLSv1.3", "OpenSSL,TLSv1.2", "JVM,TLSv1.3", "JVM,TLSv1.2"})
  void clientsWithoutCertificateAreAnonymous(String engine, String version) throws Exception {
    try (TlsServer server = serve(engine(engine));
        SSLSocket client = server.connect(CERTIFICATES.client(null))) {
      client.setEnabledProtocols(new String[] {version});
      assertEquals("User:ANONYMOUS", server.whoIs(client));
      assertEquals(version, client.getSession().getProtocol());
    }
  }

  @ParameterizedTest
  @CsvSource({"OpenSSL,TLSv1.3", "OpenSSL,TLSv1.2", "JVM,TLSv1.3", "JVM,TLSv1.2"})
  void certificatesSayWhoClientsAreEachTime(String engine, String version) throws Exception {
    SSLContext context = CERTIFICATES.client(CERTIFICATES.issue("CN=Alice,OU=people"));
    try (TlsServer server =
        serve(
            engine(
                engine,
                "ssl.client.auth",
                "required",
                "ssl.principal.mapping.rules",
                "RULE:^CN=(.*?),.*$/$1/L"))) {
      for (int time = 0; time < 3; time++) { // later ones may resume the session of the first
        try (SSLSocket client = server.connect(context)) {
          client.setEnabledProtocols(new String[] {version});
          assertEquals("User:alice", server.whoIs(client));
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"OpenSSL", "JVM"})
  void aRequestedCertificateMayBeLeftOut(String engine) throws Exception {
    try (TlsServer server = serve(engine(engine, "ssl.client.auth", "requested"));
        SSLSocket with =
            server.connect(CERTIFICATES.client(CERTIFICATES.issue("CN=bob,OU=people")));
        SSLSocket without = server.connect(CERTIFICATES.client(null))) {
      assertEquals("User:CN=bob,OU=people", server.whoIs(with));
      assertEquals("User:ANONYMOUS", server.whoIs(without));
    }
  }

  private static void assertLost(TlsServer server, Socket client) {
    assertThrows(IOException.class, () -> server.whoIs(client));
  }

  @ParameterizedTest
  @ValueSource(strings = {"OpenSSL", "JVM"})
  void aRequiredCertificateMustBeShown(String engine) throws Exception {
    try (TlsServer server = serve(engine(engine, "ssl.client.auth", "required"));
        SSLSocket client = server.connect(CERTIFICATES.client(null))) {
      assertLost(server, client);
      server.awaitLog(line -> line.contains("showed no certificate"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"OpenSSL", "JVM"})
  void certificatesOfStrangersAreRefused(String engine) throws Exception {
    TestCertificates strangers = TestCertificates.create();
    X509Bundle stranger = strangers.issue("CN=mallory");
    try (TlsServer server = serve(engine(engine, "ssl.client.auth", "required"));
        SSLSocket client = server.connect(CERTIFICATES.client(stranger))) {
      assertLost(server, client);
      server.awaitLog(line -> line.contains("the issuer of its certificate"));
    }
  }

  @Test
  void whomNoRuleNamesIsRefused() throws Exception {
    try (TlsServer server =
            serve(
                "ssl.client.auth",
                "required",
                "ssl.principal.mapping.rules",
                "RULE:^CN=(.*),OU=brokers$/$1/");
        SSLSocket client =
            server.connect(CERTIFICATES.client(CERTIFICATES.issue("CN=bob,OU=people")))) {
      assertLost(server, client);
      server.awaitLog(line -> line.contains("ssl.principal.mapping.rules"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"OpenSSL", "JVM"})
  void versionsThatAreNotEnabledAreRefused(String engine) throws Exception {
    try (TlsServer server = serve(engine(engine, "ssl.enabled.protocols", "TLSv1.3"));
        SSLSocket client = server.connect(CERTIFICATES.client(null))) {
      client.setEnabledProtocols(new String[] {"TLSv1.2"});
      assertLost(server, client);
      server.awaitLog(line -> line.contains("no version of TLS that both sides may use"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"OpenSSL", "JVM"})
  void onlyEnabledCipherSuitesAreUsed(String engine) throws Exception {
    String suite = "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256";
    try (TlsServer server =
            serve(engine(engine, "ssl.cipher.suites", suite, "ssl.enabled.protocols", "TLSv1.2"));
        SSLSocket client = server.connect(CERTIFICATES.client(null))) {
      server.whoIs(client);
      assertEquals(suite, client.getSession().getCipherSuite());
    }
  }

  @Test
  void aClientWithoutTlsIsToldOf() throws Exception {
    try (TlsServer server = serve();
        Socket client = server.connect()) {
      assertLost(server, client);
      String line = server.awaitLog(each -> each.contains("no TLS"));
      assertTrue(line.contains("listener SSL") && line.contains("security.protocol=SSL"), line);
    }
  }

  @Test
  void aClientWithTlsAtAPortWithoutIsToldOf() throws Exception {
    try (TlsServer server = serve();
        Socket plain = server.connect("PLAINTEXT");
        SSLSocket client =
            (SSLSocket)
                CERTIFICATES
                    .client(null)
                    .getSocketFactory()
                    .createSocket(plain, "127.0.0.1", plain.getPort(), true)) {
      assertThrows(IOException.class, client::startHandshake);
      String line = server.awaitLog(each -> each.contains("TLS"));
      assertTrue(line.contains("listener PLAINTEXT"), line);
    }
  }

  @Test
  void halfAHandshakeHoldsNobodyElseUp() throws Exception {
    try (TlsServer server = serve();
        Socket silent = server.connect();
        Socket half = server.connect();
        SSLSocket client = server.connect(CERTIFICATES.client(null))) {
      half.getOutputStream().write(new byte[] {22, 3, 1, 2, 0, 1, 0});
      assertEquals("User:ANONYMOUS", server.whoIs(client));
      assertFalse(silent.isClosed());
    }
  }

  // ---- changes

  private static X509Certificate shown(TlsServer server) throws Exception {
    try (SSLSocket client = server.connect(CERTIFICATES.client(null))) {
      return (X509Certificate) client.getSession().getPeerCertificates()[0];
    }
  }

  @Test
  void aReplacedStoreIsTakenAndConnectionsStay() throws Exception {
    ListenerTls tls = CERTIFICATES.listener(directory, resources);
    BrokerConfig config = BrokerConfig.of(CERTIFICATES.settings(directory));
    assertTrue(tls.reload(config));
    assertFalse(tls.reload(config), "nothing new");
    try (TlsServer server = new TlsServer(tls);
        SSLSocket before = server.connect(CERTIFICATES.client(null))) {
      server.whoIs(before);
      X509Certificate old = shown(server);
      X509Bundle renewed = CERTIFICATES.issue("CN=broker", "localhost", "broker.example");
      TestCertificates.writeKeyStore(
          directory.resolve("keys.p12"), "PKCS12", renewed, TestCertificates.PASSWORD);
      assertEquals(old, shown(server));
      assertTrue(tls.reload(config));
      assertEquals(renewed.getCertificate(), shown(server));
      assertEquals("User:ANONYMOUS", server.whoIs(before));
    }
  }

  @Test
  void aStoreThatCannotBeUsedIsNotTaken() throws Exception {
    ListenerTls tls = CERTIFICATES.listener(directory, resources);
    Map<String, String> settings = CERTIFICATES.settings(directory);
    tls.reload(BrokerConfig.of(settings));
    try (TlsServer server = new TlsServer(tls)) {
      X509Certificate old = shown(server);
      Path broken = Files.writeString(directory.resolve("broken.p12"), "half of a st");
      settings.put("ssl.keystore.location", broken.toString());
      BrokerConfig after = BrokerConfig.of(settings);
      ConfigException refused = assertThrows(ConfigException.class, () -> tls.check(after));
      assertTrue(String.valueOf(refused.getMessage()).contains(broken.toString()));
      assertThrows(ConfigException.class, () -> tls.reload(after));
      assertEquals(old, shown(server));
    }
  }

  @Test
  void aCertificateOfOtherNamesIsNotTakenUnlessAllowed() throws Exception {
    try (ListenerTls tls = CERTIFICATES.listener(directory, resources)) {
      Map<String, String> settings = CERTIFICATES.settings(directory);
      X509Bundle other = CERTIFICATES.issue("CN=other", "localhost");
      Path keys =
          TestCertificates.writeKeyStore(
              directory.resolve("other.p12"), "PKCS12", other, TestCertificates.PASSWORD);
      settings.put("ssl.keystore.location", keys.toString());
      BrokerConfig after = BrokerConfig.of(settings);
      ConfigException refused = assertThrows(ConfigException.class, () -> tls.reload(after));
      assertTrue(
          String.valueOf(refused.getMessage()).contains("ssl.allow.dn.changes"),
          refused.getMessage());
      settings.put("ssl.allow.dn.changes", "true");
      assertTrue(tls.reload(BrokerConfig.of(settings)));

      TestCertificates.writeKeyStore(
          keys, "PKCS12", CERTIFICATES.issue("CN=other"), TestCertificates.PASSWORD);
      ConfigException lost =
          assertThrows(ConfigException.class, () -> tls.reload(BrokerConfig.of(settings)));
      assertTrue(
          String.valueOf(lost.getMessage()).contains("localhost")
              && String.valueOf(lost.getMessage()).contains("ssl.allow.san.changes"),
          lost.getMessage());
    }
  }

  /** It may be given in ZooKeeper, which is not there yet when listeners are made. */
  @Test
  void aKeyMayComeLaterButHasToCome() throws Exception {
    BrokerConfig without = BrokerConfig.of(Map.of());
    ListenerTls tls = ListenerTls.open(without, "SSL", false, true, resources);
    assertFalse(tls.reload(without));
    ConfigException refused = assertThrows(ConfigException.class, () -> tls.requireKeys(without));
    assertTrue(String.valueOf(refused.getMessage()).contains("ssl.keystore.location"));
    BrokerConfig with = BrokerConfig.of(CERTIFICATES.settings(directory));
    assertTrue(tls.reload(with));
    tls.requireKeys(with);
    try (TlsServer server = new TlsServer(tls);
        SSLSocket client = server.connect(CERTIFICATES.client(null))) {
      assertEquals("User:ANONYMOUS", server.whoIs(client));
    }
  }

  // ---- brokers among themselves

  /** Settings with a key of another issuer than the one that is trusted. */
  private Map<String, String> strangeKeys(TestCertificates issuer, String... more)
      throws Exception {
    Map<String, String> settings = CERTIFICATES.settings(directory, more);
    Path keys =
        TestCertificates.writeKeyStore(
            directory.resolve("strange.p12"),
            "PKCS12",
            issuer.issue("CN=broker", "localhost"),
            TestCertificates.PASSWORD);
    settings.put("ssl.keystore.location", keys.toString());
    return settings;
  }

  @ParameterizedTest
  @CsvSource({"OpenSSL,TLSv1.3", "OpenSSL,TLSv1.2", "JVM,TLSv1.3", "JVM,TLSv1.2"})
  void storesThatDoNotFitTogetherAreFoundOutByATrial(String engine, String version)
      throws Exception {
    String[] more = engine(engine, "ssl.enabled.protocols", version, "ssl.client.auth", "required");
    BrokerConfig strange = BrokerConfig.of(strangeKeys(TestCertificates.create(), more));
    ConfigException refused =
        assertThrows(
            ConfigException.class, () -> ListenerTls.open(strange, "SSL", false, true, resources));
    String message = String.valueOf(refused.getMessage());
    for (String part :
        new String[] {"listener SSL", "CN=broker", "issuer", "ssl.truststore.location"}) {
      assertTrue(message.contains(part), message);
    }
    // clients alone may know the issuer
    ListenerTls.open(strange, "SSL", false, false, resources).close();
    ListenerTls.open(
            BrokerConfig.of(CERTIFICATES.settings(directory, more)), "SSL", false, true, resources)
        .close();
  }

  @Test
  void newStoresHaveToFitThoseThatOtherBrokersStillHave() throws Exception {
    TestCertificates others = TestCertificates.create();
    try (ListenerTls tls = CERTIFICATES.listener(directory, resources)) {
      Map<String, String> settings = strangeKeys(others);
      Path trusted = others.writeTrustStore(directory.resolve("strange-trust.p12"), "PKCS12");
      settings.put("ssl.truststore.location", trusted.toString());
      BrokerConfig after = BrokerConfig.of(settings);
      ConfigException refused = assertThrows(ConfigException.class, () -> tls.reload(after));
      assertTrue(
          String.valueOf(refused.getMessage()).contains("that have the stores of before"),
          refused.getMessage());
    }
  }
}
