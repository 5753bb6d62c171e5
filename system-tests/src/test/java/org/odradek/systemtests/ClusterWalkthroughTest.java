package org.odradek.systemtests;

import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.odradek.processes.Checkout;
import org.odradek.systemtests.harness.Cluster;
import org.odradek.systemtests.harness.CommandLineJobs;
import org.odradek.systemtests.harness.StockTools;
import org.odradek.systemtests.harness.Transcript;
import org.odradek.systemtests.harness.TranscriptRunner;

/**
 * What two walkthroughs of Kafka with three and five brokers do, command by command, with the stock
 * tools of their versions.
 */
@Execution(ExecutionMode.CONCURRENT)
class ClusterWalkthroughTest {
  private static final int BROKERS = 5;

  @ParameterizedTest(name = "{0}")
  @CsvSource({"cluster-2.4.1, 2.4.1", "cluster-2.8.2, 2.8.2", "expansion-2.4.1, 2.4.1"})
  void doesAndPrintsWhatAStockClusterDoes(String name, String version) {
    Path folder = Checkout.emptyWorkFolder(name);
    Transcript transcript = Transcript.named(name);
    StockTools tools = StockTools.of(version, folder);
    try (Cluster cluster = asTheDistribution(folder, version);
        var jobs = new CommandLineJobs(tools)) {
      cluster.start(0);
      Map<String, String> variables = new LinkedHashMap<>();
      for (int id = 0; id < BROKERS; id++) {
        variables.put("BROKER" + id, "127.0.0.1:" + Checkout.freePort());
      }
      variables.put("ZOOKEEPER", cluster.zooKeeper().address());
      cluster.placing(broker -> place(broker, folder, version, variables));
      var runner = new TranscriptRunner(tools, variables).with("cluster", cluster::command);
      jobs.addTo(runner);
      runner.run(transcript);
    }
  }

  /**
   * With what the server.properties of the distribution set, where a tool shows it. Leaders stay
   * until they are asked to move: a new controller balances them after 5 s, sooner or later than
   * the transcript does.
   */
  private static Cluster asTheDistribution(Path folder, String version) {
    return new Cluster(folder)
        .withSessionTimeout(Duration.ofSeconds(6))
        .with("auto.leader.rebalance.enable", "false")
        .with("offsets.topic.replication.factor", version.equals("2.4.1") ? "1" : "3")
        .with("offsets.topic.num.partitions", "50")
        .with("log.segment.bytes", "1073741824");
  }

  private static void place(
      org.odradek.systemtests.harness.Broker broker,
      Path folder,
      String version,
      Map<String, String> variables) {
    String data =
        version.equals("2.4.1")
            ? "kafka" + (broker.id() + 1) + "-logs"
            : "kafka-" + List.of("master", "slave0", "slave1").get(broker.id()) + "-logs";
    String[] address = variables.getOrDefault("BROKER" + broker.id(), "").split(":");
    broker
        .at(address[0], Integer.parseInt(address[1]))
        .with("log.dirs", folder.resolve(data).toString());
  }
}
