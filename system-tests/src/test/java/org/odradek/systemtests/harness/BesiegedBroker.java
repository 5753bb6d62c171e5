package org.odradek.systemtests.harness;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import org.odradek.processes.Certificates;
import org.odradek.processes.Checkout;

/**
 * A broker with a listener of each kind, a heap of at most 256 MiB, and ordinary clients, for
 * strangers to besiege.
 */
public final class BesiegedBroker implements AutoCloseable {
  private final int plain = Checkout.freePort();
  private final int sasl = Checkout.freePort();
  private final int tls = Checkout.freePort();
  private final int tlsOfTheJvm = Checkout.freePort();
  private final List<OrdinaryClients> others = new ArrayList<>();

  private final Broker broker;
  private final Certificates certificates;

  public BesiegedBroker(Path folder) {
    certificates = new Certificates(folder).issue("broker", "CN=broker");
    broker =
        new Broker(folder)
            .with("listeners", listeners())
            .with(
                "listener.security.protocol.map",
                "PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT,SSL:SSL,JVM:SSL")
            .with("inter.broker.listener.name", "PLAINTEXT")
            .with("sasl.enabled.mechanisms", "PLAIN,SCRAM-SHA-256")
            .with(
                "listener.name.sasl_plaintext.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required"
                    + " user_alice=\"alice-secret\";")
            .with(
                "listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config",
                "org.apache.kafka.common.security.scram.ScramLoginModule required;")
            .with("ssl.keystore.type", "PKCS12")
            .with("ssl.keystore.location", certificates.file("broker.p12").toString())
            .with("ssl.keystore.password", Certificates.PASSWORD)
            .with("listener.name.jvm.ssl.provider", "SunJSSE")
            .withEnvironment("ODRADEK_HEAP_OPTS", "-Xms64m -Xmx256m");
  }

  /** Starts it, and lets the clients come in. To be closed also where that fails. */
  public void start() {
    broker.start();
    others.add(new OrdinaryClients("plain", Map.of("bootstrap.servers", "127.0.0.1:" + plain)));
    others.add(new OrdinaryClients("sasl", saslSettings("PLAIN", "alice", "alice-secret")));
    others.add(new OrdinaryClients("tls", tlsSettings()));
    awaitOthers(others.stream().map(OrdinaryClients::served).toList());
  }

  private String listeners() {
    return "PLAINTEXT://127.0.0.1:%d,SASL_PLAINTEXT://127.0.0.1:%d,SSL://127.0.0.1:%d,JVM://127.0.0.1:%d"
        .formatted(plain, sasl, tls, tlsOfTheJvm);
  }

  /** What clients come in with by SASL. */
  public Map<String, Object> saslSettings(String mechanism, String user, String password) {
    String module = mechanism.equals("PLAIN") ? "plain.Plain" : "scram.Scram";
    return Map.of(
        "bootstrap.servers",
        "127.0.0.1:" + sasl,
        "security.protocol",
        "SASL_PLAINTEXT",
        "sasl.mechanism",
        mechanism,
        "sasl.jaas.config",
        "org.apache.kafka.common.security.%sLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(module, user, password));
  }

  private Map<String, Object> tlsSettings() {
    return Map.of(
        "bootstrap.servers",
        "127.0.0.1:" + tls,
        "security.protocol",
        "SSL",
        "ssl.truststore.type",
        "PKCS12",
        "ssl.truststore.location",
        certificates.file("trust.p12").toString(),
        "ssl.truststore.password",
        Certificates.PASSWORD);
  }

  /** The first message of a client with the JVM's TLS. */
  public byte[] clientHello() throws Exception {
    SSLEngine engine = trusting().createSSLEngine("localhost", tls);
    engine.setUseClientMode(true);
    ByteBuffer out = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    engine.wrap(ByteBuffer.allocate(0), out);
    byte[] hello = new byte[out.position()];
    out.flip().get(hello);
    return hello;
  }

  /** What clients that trust the broker do TLS by. */
  public SSLContext trusting() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(certificates.file("trust.p12"))) {
      store.load(in, Certificates.PASSWORD.toCharArray());
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  /** The port without TLS and logins. */
  public int plain() {
    return plain;
  }

  /** The port with logins. */
  public int sasl() {
    return sasl;
  }

  /** The port with TLS, by OpenSSL where that loads. */
  public int tls() {
    return tls;
  }

  /** The port with TLS by the JVM's engines. */
  public int tlsOfTheJvm() {
    return tlsOfTheJvm;
  }

  /** What its process uses. */
  public ProcessUsage usage() {
    return new ProcessUsage(broker.pid());
  }

  /** What it has said so far. */
  public String output() {
    return broker.output();
  }

  /** Listeners that ordinary clients use. */
  public int listenersInUse() {
    return others.size();
  }

  /** How far each of the ordinary clients is. */
  public List<OrdinaryClients.Served> servedSoFar() {
    return others.stream().map(OrdinaryClients::served).toList();
  }

  /** Everybody who was there has been served since then, and new ones have come in. */
  public void awaitOthers(List<OrdinaryClients.Served> since) {
    for (int i = 0; i < others.size(); i++) {
      others.get(i).awaitMore(since.get(i), 20, 3);
    }
  }

  @Override
  public void close() {
    others.forEach(OrdinaryClients::close);
    broker.close();
  }
}
