package org.odradek.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.Secret;

/** Key and trust stores in all forms, and what is said of those that cannot be used. */
class StoresTest {
  private static final TestCertificates CERTIFICATES = TestCertificates.create();
  private static final String PASSWORD = TestCertificates.PASSWORD;

  @TempDir Path directory;

  private static Stores load(String... settings) {
    Map<String, String> map = new HashMap<>();
    for (int i = 0; i < settings.length; i += 2) {
      map.put(settings[i], settings[i + 1]);
    }
    return load(map);
  }

  private static Stores load(Map<String, String> settings) {
    return Stores.load(TlsSettings.of(BrokerConfig.of(settings), "SSL", false));
  }

  private static void assertRefused(Map<String, String> settings, String... parts) {
    ConfigException refused = assertThrows(ConfigException.class, () -> load(settings));
    String message = String.valueOf(refused.getMessage());
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
    assertFalse(message.contains(PASSWORD), message);
  }

  private static void assertHolds(X509Bundle bundle, Stores stores) {
    X509Certificate certificate = stores.certificate();
    assertEquals(bundle.getCertificate(), certificate);
    assertNotNull(stores.keys());
  }

  @ParameterizedTest
  @ValueSource(strings = {"JKS", "PKCS12"})
  void readsTheFormsOfTheJdk(String type) throws Exception {
    X509Bundle bundle = CERTIFICATES.issue("CN=b");
    Path keys = TestCertificates.writeKeyStore(directory.resolve("k"), type, bundle, PASSWORD);
    Path trusted = CERTIFICATES.writeTrustStore(directory.resolve("t"), type);
    Stores stores =
        load(
            "ssl.keystore.location",
            keys.toString(),
            "ssl.keystore.password",
            PASSWORD,
            "ssl.keystore.type",
            type,
            "ssl.truststore.location",
            trusted.toString(),
            "ssl.truststore.password",
            PASSWORD,
            "ssl.truststore.type",
            type);
    assertHolds(bundle, stores);
  }

  @Test
  void aKeyMayHaveAPasswordOfItsOwn() throws Exception {
    X509Bundle bundle = CERTIFICATES.issue("CN=b");
    Path keys =
        TestCertificates.writeKeyStore(directory.resolve("k"), "JKS", bundle, "another one");
    Map<String, String> settings = new HashMap<>();
    settings.put("ssl.keystore.location", keys.toString());
    settings.put("ssl.keystore.password", PASSWORD);
    assertRefused(settings, keys.toString(), "set ssl.key.password");
    settings.put("ssl.key.password", "another one");
    assertHolds(bundle, load(settings));
  }

  @Test
  void theListenersOwnSettingsGoFirst() throws Exception {
    X509Bundle bundle = CERTIFICATES.issue("CN=b");
    Path keys = TestCertificates.writeKeyStore(directory.resolve("k"), "JKS", bundle, PASSWORD);
    Map<String, String> settings = new HashMap<>();
    settings.put("ssl.keystore.location", "/does/not/exist");
    settings.put("ssl.keystore.password", "wrong");
    settings.put("listener.name.ssl.ssl.keystore.location", keys.toString());
    assertRefused(settings, "listener.name.ssl.ssl.keystore.location", "the password is wrong");
    settings.put("listener.name.ssl.ssl.keystore.password", PASSWORD);
    assertHolds(bundle, load(settings));
  }

  @Test
  void readsPemFiles() throws Exception {
    X509Bundle bundle = CERTIFICATES.issue("CN=b");
    Path keys = TestCertificates.writePem(directory.resolve("k.pem"), bundle);
    Path trusted =
        Files.writeString(
            directory.resolve("t.pem"), "some words\n" + CERTIFICATES.issuer().getCertificatePEM());
    Stores stores =
        load(
            "ssl.keystore.location",
            keys.toString(),
            "ssl.keystore.type",
            "PEM",
            "ssl.truststore.location",
            trusted.toString(),
            "ssl.truststore.type",
            "PEM");
    assertHolds(bundle, stores);
  }

  @Test
  void readsPemInTheSettingsOnOneLineToo() throws Exception {
    X509Bundle bundle = CERTIFICATES.issue("CN=b");
    Stores stores =
        load(
            "ssl.keystore.type",
            "PEM",
            "ssl.keystore.key",
            bundle.getPrivateKeyPEM().replace('\n', ' '),
            "ssl.keystore.certificate.chain",
            bundle.getCertificatePathPEM().replace('\n', ' '),
            "ssl.truststore.type",
            "PEM",
            "ssl.truststore.certificates",
            CERTIFICATES.issuer().getCertificatePEM());
    assertHolds(bundle, stores);
  }

  /** By OpenSSL: AES-256, the password is "secret". */
  private static final String ENCRYPTED_KEY =
      """
      -----BEGIN ENCRYPTED PRIVATE KEY-----
      MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAhQdsRpV12IqgICCAAw
      DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEGnKAyDBekIqzSUSPi8WtE8EgZC/
      wtDPnGBTaS57aOfozrm00PezrrARLpthPAPNL8c8CLj02mnFFc/VEr7SAaKCi5u3
      LEnDMoos+umSdzJUQ5epX4TVp4fYZFcb2RhCMEesziQWXOeygrV/Q8FAEv00dwQ6
      wh2rryzFIzTa9PQuxMezlKjxnq3Yk931KuFXsoFEtc38jC8VwyN8h61MljD69Cw=
      -----END ENCRYPTED PRIVATE KEY-----
      """;

  private static final String SAME_KEY =
      """
      -----BEGIN PRIVATE KEY-----
      MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgWrdTl8/EwPV12j1z
      D0gh2nuay4rw90Ye9mE5g7NqroChRANCAAQLKyVtuoQ0jSJrmsw0SQja3vtxHL87
      K1MVLwr4mwc30YLHujo4CFt43oCVT81NHnEhwOdAro1sKR4Rn0aahV9u
      -----END PRIVATE KEY-----
      """;

  @Test
  void decryptsPrivateKeys() throws Exception {
    PrivateKey key = Pem.privateKey(ENCRYPTED_KEY, new Secret("secret"));
    assertEquals(Pem.privateKey(SAME_KEY, null), key);
    Map<String, String> settings = new HashMap<>();
    settings.put("ssl.keystore.type", "PEM");
    settings.put("ssl.keystore.key", ENCRYPTED_KEY);
    settings.put("ssl.keystore.certificate.chain", CERTIFICATES.issuer().getCertificatePEM());
    assertRefused(settings, "encrypted, and ssl.key.password is not set");
    settings.put("ssl.key.password", PASSWORD);
    assertRefused(settings, "ssl.key.password is wrong");
  }

  @Test
  void saysWhatIsWrong() throws Exception {
    Path missing = directory.resolve("missing");
    Map<String, String> keys =
        Map.of("ssl.keystore.location", missing.toString(), "ssl.keystore.password", PASSWORD);
    assertRefused(keys, "ssl.keystore.location", missing.toString(), "no such file");

    Path noise = Files.writeString(directory.resolve("noise"), "not a store at all");
    assertRefused(
        Map.of("ssl.keystore.location", noise.toString(), "ssl.keystore.password", PASSWORD),
        noise.toString(),
        "cannot be read as JKS");
    assertRefused(
        Map.of("ssl.keystore.location", noise.toString(), "ssl.keystore.type", "PEM"),
        noise.toString(),
        "BEGIN PRIVATE KEY");
    assertRefused(
        Map.of("ssl.keystore.location", noise.toString()),
        "password is missing",
        "ssl.keystore.password");

    Path trusted = CERTIFICATES.writeTrustStore(directory.resolve("t"), "JKS");
    assertRefused(
        Map.of("ssl.keystore.location", trusted.toString(), "ssl.keystore.password", PASSWORD),
        trusted.toString(),
        "no private key");
    assertRefused(
        Map.of("ssl.truststore.location", trusted.toString(), "ssl.truststore.password", "no"),
        "the password is wrong",
        "set ssl.truststore.password");
  }

  @Test
  void saysWhichSettingsDoNotGoTogether() {
    String key = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----";
    assertRefused(Map.of("ssl.keystore.key", key), "ssl.keystore.type", "must be PEM");
    assertRefused(
        Map.of("ssl.keystore.key", key, "ssl.keystore.type", "PEM"),
        "ssl.keystore.certificate.chain is not set");
    assertRefused(
        Map.of(
            "ssl.keystore.location",
            "/x",
            "ssl.keystore.type",
            "PEM",
            "ssl.keystore.password",
            PASSWORD),
        "ssl.keystore.password",
        "have no password");
    assertRefused(
        Map.of("ssl.engine.factory.class", "com.example.Engines"), "ssl.engine.factory.class");
    assertRefused(
        Map.of(
            "ssl.keystore.key",
            key.replace("PRIVATE", "RSA PRIVATE"),
            "ssl.keystore.certificate.chain",
            key,
            "ssl.keystore.type",
            "PEM"),
        "RSA PRIVATE KEY",
        "openssl pkcs8");
  }
}
