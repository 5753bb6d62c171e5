package org.odradek.systemtests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.odradek.processes.Certificates;
import org.odradek.processes.Checkout;
import org.odradek.systemtests.harness.Broker;
import org.odradek.systemtests.harness.Cluster;
import org.odradek.systemtests.harness.CommandOutcome;
import org.odradek.systemtests.harness.StockTools;
import org.odradek.systemtests.harness.TlsListener;
import org.odradek.systemtests.harness.Transcript;
import org.odradek.systemtests.harness.TranscriptRunner;

/**
 * Clients of several kinds come in by SCRAM, by mutual TLS and by SCRAM over TLS. The three brokers
 * speak SCRAM over TLS among themselves, and let in whom access control lists name.
 */
@Execution(ExecutionMode.SAME_THREAD)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SecureClientsTest {
  private static final int BROKERS = 3;
  private static final String KAFKAJS = "kafkajs@2.2.4";

  private final Path folder = Checkout.emptyWorkFolder("secure-clients");
  private final Map<String, String> variables = new LinkedHashMap<>();
  private @Nullable Cluster cluster;

  /** Of broker 0, with mutual TLS. */
  private @Nullable TlsListener listener;

  @BeforeAll
  void startTheCluster() {
    assumeTrue(
        StockTools.of("2.8.2", folder).canLogIn(),
        "the tools of Kafka 2.8.2 log in with Java 17 to 23 only");
    var certificates =
        new Certificates(folder)
            .issue("broker", "CN=broker")
            .issue("renewed", "CN=broker")
            .issue("client", "CN=client,OU=tests")
            .issue("kit", "CN=kit,OU=tests");
    Cluster starting = withTls(certificates);
    cluster = starting;
    starting.start(0);
    List<List<String>> addresses = new ArrayList<>();
    for (int id = 0; id < BROKERS; id++) {
      addresses.add(List.of(freeAddress(), freeAddress(), freeAddress()));
    }
    starting.placing(broker -> place(broker, addresses.get(broker.id())));
    // A name that another begins with goes last.
    variables.put("SASL_TLS", bootstrap(addresses, 2));
    variables.put("MUTUAL_TLS", bootstrap(addresses, 1));
    variables.put("SASL", bootstrap(addresses, 0));
    variables.put("ZOOKEEPER", starting.zooKeeper().address());
    variables.put("STORE_PASSWORD", Certificates.PASSWORD);
    variables.put("SERIAL", certificates.serialNumber("broker"));
    variables.put("NEW_SERIAL", certificates.serialNumber("renewed"));
    listener = new TlsListener(addresses.getFirst().get(1), certificates, "client");
    run("secure-cluster", "2.8.2");
  }

  @AfterAll
  void stopTheCluster() {
    if (listener != null) {
      listener.close();
    }
    if (cluster != null) {
      cluster.close();
    }
  }

  private static String freeAddress() {
    return "127.0.0.1:" + Checkout.freePort();
  }

  private static String bootstrap(List<List<String>> addresses, int listener) {
    return String.join(",", addresses.stream().map(broker -> broker.get(listener)).toList());
  }

  private Cluster withTls(Certificates certificates) {
    String plain = "org.apache.kafka.common.security.scram.ScramLoginModule required;";
    return new Cluster(folder)
        .withSessionTimeout(Duration.ofSeconds(6))
        // Leaders stay until they are asked to move.
        .with("auto.leader.rebalance.enable", "false")
        .with("security.inter.broker.protocol", "SASL_SSL")
        .with("sasl.enabled.mechanisms", "SCRAM-SHA-256,SCRAM-SHA-512")
        .with("sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512")
        .with("listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config", plain)
        .with("listener.name.sasl_plaintext.scram-sha-512.sasl.jaas.config", plain)
        .with("listener.name.sasl_ssl.scram-sha-256.sasl.jaas.config", plain)
        .with(
            "listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config",
            plain.replace(";", " username=\"broker\" password=\"broker-secret\";"))
        .with("ssl.keystore.type", "PKCS12")
        .with("ssl.keystore.location", certificates.file("broker.p12").toString())
        .with("ssl.keystore.password", Certificates.PASSWORD)
        .with("ssl.key.password", Certificates.PASSWORD)
        .with("ssl.truststore.type", "PKCS12")
        .with("ssl.truststore.location", certificates.file("trust.p12").toString())
        .with("ssl.truststore.password", Certificates.PASSWORD)
        .with("listener.name.ssl.ssl.client.auth", "required")
        .with("listener.name.ssl.ssl.principal.mapping.rules", "RULE:^CN=([^,]+),.*$/$1/,DEFAULT")
        .with("authorizer.class.name", "kafka.security.authorizer.AclAuthorizer")
        .with("super.users", "User:broker;User:admin");
  }

  private static void place(Broker broker, List<String> addresses) {
    broker.with(
        "listeners", "SASL_PLAINTEXT://%s,SSL://%s,SASL_SSL://%s".formatted(addresses.toArray()));
  }

  private void run(String transcript, String version) {
    Cluster running = cluster;
    TlsListener connected = listener;
    if (running == null || connected == null) {
      throw new IllegalStateException("the cluster has not been started");
    }
    new TranscriptRunner(StockTools.of(version, folder), variables)
        .with("cluster", running::command)
        .with("tls", connected::command)
        .run(Transcript.named(transcript));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"secure-2.8.2, 2.8.2", "secure-4.3.1, 4.3.1"})
  void stockToolsComeIn(String transcript, String version) {
    run(transcript, version);
  }

  /** By a client of the listener whose key store it is, while another one stays connected. */
  @ParameterizedTest(name = "{0}")
  @CsvSource({"keystore-2.8.2, 2.8.2", "keystore-4.3.1, 4.3.1"})
  void aKeyStoreIsReplaced(String transcript, String version) {
    run(transcript, version);
  }

  @Test
  void kcatComesIn() {
    CommandOutcome kcat = StockTools.of("2.8.2", folder).run("kcat -V");
    assumeTrue(
        kcat.exitStatus() == 0 && kcat.output().contains("sasl_scram"),
        "there is no kcat with SCRAM on the PATH: install the Debian package kcat");
    run("secure-kcat", "2.8.2");
  }

  @Test
  void kafkaJsComesIn() {
    StockTools shell = StockTools.of("2.8.2", folder);
    assumeTrue(
        shell.run("node --version && npm --version").exitStatus() == 0,
        "there is no Node.js with npm on the PATH: install the Debian packages nodejs and npm");
    CommandOutcome npm =
        shell.run(
            "npm install --no-audit --no-fund --prefix kafkajs " + KAFKAJS, Duration.ofMinutes(1));
    assumeTrue(npm.exitStatus() == 0, () -> "npm cannot get " + KAFKAJS + ": " + npm.errors());
    try (InputStream in = SecureClientsTest.class.getResourceAsStream("/kafkajs/secure.js")) {
      if (in == null) {
        throw new IllegalStateException("no /kafkajs/secure.js");
      }
      Files.write(folder.resolve("kafkajs/secure.js"), in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy secure.js", e);
    }
    run("secure-kafkajs", "2.8.2");
  }
}
