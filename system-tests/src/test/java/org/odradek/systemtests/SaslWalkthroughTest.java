package org.odradek.systemtests;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.odradek.processes.Checkout;
import org.odradek.systemtests.harness.Broker;
import org.odradek.systemtests.harness.Cluster;
import org.odradek.systemtests.harness.CommandLineJobs;
import org.odradek.systemtests.harness.StockTools;
import org.odradek.systemtests.harness.Transcript;
import org.odradek.systemtests.harness.TranscriptRunner;

/**
 * What a walkthrough of Kafka does with SASL/PLAIN and with access control lists, command by
 * command, with three brokers and the stock tools of its version.
 */
@Execution(ExecutionMode.CONCURRENT)
class SaslWalkthroughTest {
  private static final int BROKERS = 3;

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"sasl-2.4.1", "acl-2.4.1"})
  void doesAndPrintsWhatAStockClusterDoes(String name) {
    Path folder = Checkout.emptyWorkFolder(name);
    Transcript transcript = Transcript.named(name);
    StockTools tools = StockTools.of("2.4.1", folder);
    assumeTrue(tools.canLogIn(), "the tools of Kafka 2.4.1 log in with Java 17 to 23 only");
    try (Cluster cluster = withSasl(folder);
        var jobs = new CommandLineJobs(tools)) {
      cluster.start(0);
      Map<String, String> variables = new LinkedHashMap<>();
      for (int id = 0; id < BROKERS; id++) {
        variables.put("BROKER" + id, "127.0.0.1:" + Checkout.freePort());
      }
      variables.put("ZOOKEEPER", cluster.zooKeeper().address());
      cluster.placing(broker -> place(broker, folder, variables));
      var runner = new TranscriptRunner(tools, variables).with("cluster", cluster::command);
      jobs.addTo(runner);
      runner.run(transcript);
    }
  }

  /** The settings of the walkthrough; only the leaders stay until they are asked to move. */
  private static Cluster withSasl(Path folder) {
    return new Cluster(folder)
        .withSessionTimeout(Duration.ofSeconds(6))
        .with("auto.leader.rebalance.enable", "false")
        .with("security.inter.broker.protocol", "SASL_PLAINTEXT")
        .with("sasl.enabled.mechanisms", "PLAIN")
        .with("sasl.mechanism.inter.broker.protocol", "PLAIN")
        .with("authorizer.class.name", "kafka.security.auth.SimpleAclAuthorizer")
        .with("super.users", "User:admin");
  }

  private static void place(Broker broker, Path folder, Map<String, String> variables) {
    String address = variables.getOrDefault("BROKER" + broker.id(), "");
    broker
        .at("127.0.0.1", Integer.parseInt(address.substring(address.indexOf(':') + 1)))
        .with("listeners", "SASL_PLAINTEXT://" + address)
        .withEnvironment(
            "KAFKA_OPTS",
            "-Djava.security.auth.login.config=" + folder.resolve("config/kafka_server_jaas.conf"));
  }
}
