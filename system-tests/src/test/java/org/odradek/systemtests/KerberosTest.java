package org.odradek.systemtests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.odradek.processes.Checkout;
import org.odradek.systemtests.harness.Broker;
import org.odradek.systemtests.harness.Cluster;
import org.odradek.systemtests.harness.CommandOutcome;
import org.odradek.systemtests.harness.KerberosRealm;
import org.odradek.systemtests.harness.StockTools;

/**
 * Two brokers that log in to each other and to ZooKeeper by Kerberos, and clients of two Kafka
 * versions that log in to them. What principals may do depends on the names that rules give them.
 */
class KerberosTest {
  private static final List<String> VERSIONS = List.of("2.4.1", "4.3.1");
  private static final String SASL_PROVIDER =
      "-Dzookeeper.authProvider.1=org.apache.zookeeper.server.auth.SASLAuthenticationProvider";

  private final Path folder = Checkout.emptyWorkFolder("kerberos");

  @Test
  void brokersAndClientsLogInByTickets() throws IOException {
    assumeTrue(
        StockTools.of("2.4.1", folder).canLogIn(),
        "the tools of Kafka 2.4.1 log in with Java 17 to 23 only");
    try (var realm = new KerberosRealm(folder.resolve("kerberos"));
        Cluster cluster = cluster(realm)) {
      cluster.start(2);
      assertKeptFromOthers(cluster);
      String bootstrap = cluster.bootstrap();
      client("admin", realm.register("admin"), "kafka");
      client("alice", realm.register("Alice"), "kafka");
      client("mallory", realm.register("mallory"), "kafka");
      client("mistaken", realm.register("bob"), "zookeeper");

      StockTools admin = tools("4.3.1", realm);
      admin
          .run(
              "kafka-topics.sh --bootstrap-server %s --command-config admin.properties --create --topic tickets --partitions 2 --replication-factor 2"
                  .formatted(bootstrap))
          .expectSuccess();
      // the name that the rules make of Alice@SYSTEM.ODRADEK
      admin
          .run(
              "kafka-acls.sh --bootstrap-server %s --command-config admin.properties --add --allow-principal User:alice --operation All --topic tickets --group '*'"
                  .formatted(bootstrap))
          .expectSuccess();
      cluster.awaitInSync("tickets", 2, 2);

      for (String version : VERSIONS) {
        CommandOutcome written = produce(version, realm, bootstrap, "alice");
        assertEquals(0, written.exitStatus(), written::toString);
      }
      for (String version : VERSIONS) {
        CommandOutcome read = consume(version, realm, bootstrap);
        assertEquals(0, read.exitStatus(), read::toString);
        assertEquals(
            List.of("by 2.4.1", "by 4.3.1"), read.output().lines().sorted().toList(), version);
      }
      assertRefused(realm, bootstrap);

      cluster.stopAll();
      cluster.checkReplicasAreIdentical("tickets", 2);
    }
  }

  private Cluster cluster(KerberosRealm realm) throws IOException {
    Path brokerJaas = folder.resolve("broker-jaas.conf");
    String broker = realm.register("kafka/localhost");
    Files.writeString(brokerJaas, section("KafkaServer", broker) + section("Client", broker));
    Path zooKeeperJaas = folder.resolve("zookeeper-jaas.conf");
    Files.writeString(zooKeeperJaas, section("Server", realm.register("zookeeper/localhost")));

    Cluster cluster =
        new Cluster(folder)
            .withSessionTimeout(Duration.ofSeconds(20))
            .with("offsets.topic.replication.factor", "2")
            .with("default.replication.factor", "2")
            .with("security.inter.broker.protocol", "SASL_PLAINTEXT")
            .with("sasl.kerberos.service.name", "kafka")
            .with(
                "sasl.kerberos.principal.to.local.rules",
                "RULE:[1:$1@$0](.*@SYSTEM[.]ODRADEK)s/@.*///L,DEFAULT")
            .with("zookeeper.set.acl", "true")
            .with("authorizer.class.name", "kafka.security.authorizer.AclAuthorizer")
            .with("super.users", "User:kafka;User:admin")
            .placing(each -> place(each, realm, brokerJaas));
    cluster
        .zooKeeper()
        .withEnvironment("KAFKA_OPTS", options(realm, zooKeeperJaas) + " " + SASL_PROVIDER);
    return cluster;
  }

  private static void place(Broker broker, KerberosRealm realm, Path jaas) {
    int port = Checkout.freePort();
    broker
        .at("localhost", port)
        .with("listeners", "SASL_PLAINTEXT://localhost:" + port)
        .withEnvironment("KAFKA_OPTS", options(realm, jaas));
  }

  private static String options(KerberosRealm realm, Path jaas) {
    return realm.jvmOption() + " -Djava.security.auth.login.config=" + jaas;
  }

  private static String section(String name, String module) {
    return name + " {\n  " + module + "\n};\n";
  }

  private void client(String name, String module, String service) throws IOException {
    Files.write(
        folder.resolve(name + ".properties"),
        List.of(
            "security.protocol=SASL_PLAINTEXT",
            "sasl.mechanism=GSSAPI",
            "sasl.kerberos.service.name=" + service,
            "sasl.jaas.config=" + module));
  }

  private StockTools tools(String version, KerberosRealm realm) {
    return StockTools.of(version, folder).with("KAFKA_OPTS", realm.jvmOption());
  }

  private CommandOutcome produce(
      String version, KerberosRealm realm, String bootstrap, String client) {
    String options =
        version.startsWith("2.")
            ? "--broker-list %s --producer.config %s.properties --request-required-acks -1"
            : "--bootstrap-server %s --command-config %s.properties";
    return tools(version, realm)
        .run(
            ("echo 'by %s' | kafka-console-producer.sh --request-timeout-ms 30000 --topic tickets "
                    + options)
                .formatted(version, bootstrap, client));
  }

  private CommandOutcome consume(String version, KerberosRealm realm, String bootstrap) {
    String config = version.startsWith("2.") ? "--consumer.config" : "--command-config";
    return tools(version, realm)
        .run(
            "kafka-console-consumer.sh --bootstrap-server %s --topic tickets --from-beginning --group readers-%s --max-messages 2 --timeout-ms 60000 %s alice.properties"
                .formatted(bootstrap, version, config));
  }

  private void assertRefused(KerberosRealm realm, String bootstrap) {
    // logged in, but nothing is his
    CommandOutcome mallory =
        tools("4.3.1", realm)
            .run(
                "kafka-topics.sh --bootstrap-server %s --command-config mallory.properties --describe --topic tickets"
                    .formatted(bootstrap));
    assertNotEquals(0, mallory.exitStatus(), mallory::toString);
    assertTrue(mallory.output().contains("tickets"), mallory::toString);
    // his ticket is for another service
    CommandOutcome mistaken =
        tools("4.3.1", realm)
            .run(
                "kafka-topics.sh --bootstrap-server %s --command-config mistaken.properties --list"
                    .formatted(bootstrap));
    assertNotEquals(0, mistaken.exitStatus(), mistaken::toString);
    assertTrue(
        mistaken
            .output()
            .contains(
                "Authentication failed during authentication due to invalid credentials with SASL"
                    + " mechanism GSSAPI"),
        mistaken::toString);
  }

  /** What the brokers made in ZooKeeper is theirs, as they have logged in there. */
  private static void assertKeptFromOthers(Cluster cluster) {
    cluster.inZooKeeper(znodes -> {
      String acl = znodes.acl("/brokers/topics").toString();
      assertTrue(acl.contains("'sasl,'kafka/localhost@" + KerberosRealm.NAME), acl);
    });
  }
}
