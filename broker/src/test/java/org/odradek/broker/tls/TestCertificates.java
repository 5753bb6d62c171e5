package org.odradek.broker.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.config.BrokerConfig;

/** An issuer, certificates of it, and stores of them in all forms. */
public final class TestCertificates {
  static final String PASSWORD = "a store's password";

  private final X509Bundle issuer;

  private TestCertificates(X509Bundle issuer) {
    this.issuer = issuer;
  }

  public static TestCertificates create() {
    return new TestCertificates(
        built(() ->
            new CertificateBuilder()
                .ecp256()
                .subject("CN=Issuer")
                .setIsCertificateAuthority(true)
                .buildSelfSigned()));
  }

  private interface Building {
    X509Bundle build() throws Exception;
  }

  private static X509Bundle built(Building building) {
    try {
      return building.build();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  X509Bundle issuer() {
    return issuer;
  }

  /** A certificate for 127.0.0.1 and more names. */
  X509Bundle issue(String subject, String... dnsNames) {
    return built(() -> {
      CertificateBuilder builder =
          new CertificateBuilder().ecp256().subject(subject).addSanIpAddress("127.0.0.1");
      for (String name : dnsNames) {
        builder.addSanDnsName(name);
      }
      return builder.buildIssuedBy(issuer);
    });
  }

  /** Writes key and certificate, as a JDK store of that type. */
  static Path writeKeyStore(Path file, String type, X509Bundle bundle, String keyPassword)
      throws Exception {
    KeyStore store = KeyStore.getInstance(type);
    store.load(null, null);
    store.setKeyEntry(
        "broker",
        bundle.getKeyPair().getPrivate(),
        keyPassword.toCharArray(),
        bundle.getCertificatePathWithRoot());
    return write(store, file);
  }

  Path writeTrustStore(Path file, String type) throws Exception {
    KeyStore store = KeyStore.getInstance(type);
    store.load(null, null);
    store.setCertificateEntry("issuer", issuer.getCertificate());
    return write(store, file);
  }

  private static Path write(KeyStore store, Path file) throws Exception {
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
    return file;
  }

  static Path writePem(Path file, X509Bundle bundle) throws Exception {
    return Files.writeString(file, bundle.getPrivateKeyPEM() + bundle.getCertificatePathPEM());
  }

  /** Settings with stores in {@code directory} of a broker certificate, and more. */
  Map<String, String> settings(Path directory, String... more) throws Exception {
    Map<String, String> settings = new LinkedHashMap<>();
    Path keys =
        writeKeyStore(
            directory.resolve("keys.p12"), "PKCS12", issue("CN=broker", "localhost"), PASSWORD);
    settings.put("ssl.keystore.location", keys.toString());
    settings.put("ssl.keystore.password", PASSWORD);
    settings.put("ssl.keystore.type", "PKCS12");
    Path trusted = writeTrustStore(directory.resolve("trusted.p12"), "PKCS12");
    settings.put("ssl.truststore.location", trusted.toString());
    settings.put("ssl.truststore.password", PASSWORD);
    settings.put("ssl.truststore.type", "PKCS12");
    for (int i = 0; i < more.length; i += 2) {
      settings.put(more[i], more[i + 1]);
    }
    return settings;
  }

  /** TLS of a listener named SSL with these stores. */
  public ListenerTls listener(Path directory, TlsResources resources, String... more)
      throws Exception {
    BrokerConfig config = BrokerConfig.of(settings(directory, more));
    return ListenerTls.open(config, "SSL", false, true, resources);
  }

  /** A client that trusts the issuer. */
  public SSLContext client(@Nullable X509Bundle own) throws Exception {
    TrustManagerFactory trusted = TrustManagerFactory.getInstance("PKIX");
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setCertificateEntry("issuer", issuer.getCertificate());
    trusted.init(store);
    KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
    if (own != null) {
      KeyStore ownStore = KeyStore.getInstance("PKCS12");
      ownStore.load(null, null);
      ownStore.setKeyEntry(
          "own",
          own.getKeyPair().getPrivate(),
          PASSWORD.toCharArray(),
          own.getCertificatePathWithRoot());
      keys.init(ownStore, PASSWORD.toCharArray());
    }
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        own == null ? null : keys.getKeyManagers(),
        Objects.requireNonNull(trusted.getTrustManagers()),
        null);
    return context;
  }
}
