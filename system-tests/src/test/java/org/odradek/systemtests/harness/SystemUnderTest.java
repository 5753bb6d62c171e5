package org.odradek.systemtests.harness;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.odradek.processes.Checkout;
import org.odradek.processes.ZooKeeperServer;

/**
 * Whose broker is tested: ours, or (with {@code -Dsystem.under.test=kafka-2.8.2}) a stock one of
 * ZooKeeper times, which shows that the tests themselves tell the truth.
 *
 * @param stockVersion the stock Kafka's version, empty for our own broker
 */
public record SystemUnderTest(String stockVersion) {
  private static final Pattern READY = Pattern.compile("(?m)^.* ready .*$");
  private static final Pattern STOCK_READY =
      Pattern.compile("(?m)^.* started \\(kafka\\.server\\.KafkaServer\\)$");

  public static SystemUnderTest chosen() {
    String name = System.getProperty("system.under.test", "odradek");
    if (name.equals("odradek")) {
      return new SystemUnderTest("");
    }
    if (name.startsWith("kafka-")) {
      return new SystemUnderTest(name.substring("kafka-".length()));
    }
    throw new IllegalArgumentException(
        "system.under.test is odradek or kafka-VERSION, not " + name);
  }

  public boolean isStock() {
    return !stockVersion.isEmpty();
  }

  List<String> brokerCommand(Path properties) {
    return isStock()
        ? List.of(script("kafka-run-class.sh"), "kafka.Kafka", properties.toString())
        : List.of(script("broker-start.sh"), properties.toString());
  }

  /** A ZooKeeper server of this system, whose files are below {@code folder}. */
  public ZooKeeperServer zooKeeper(Path folder) {
    return new ZooKeeperServer(folder, this::zooKeeperCommand, environment(folder, Map.of()));
  }

  private List<String> zooKeeperCommand(Path properties) {
    return isStock()
        ? List.of(
            script("kafka-run-class.sh"),
            "org.apache.zookeeper.server.quorum.QuorumPeerMain",
            properties.toString())
        : List.of(script("zookeeper-start.sh"), properties.toString());
  }

  Pattern brokerReady() {
    return isStock() ? STOCK_READY : READY;
  }

  Map<String, String> environment(Path folder, Map<String, String> more) {
    var environment = new HashMap<>(more);
    environment.put("ODRADEK_LOG_DIR", folder.resolve("run").toString());
    if (isStock()) {
      environment.put("KAFKA_VERSION", stockVersion);
      Path logging =
          Checkout.root().resolve("system-tests/src/test/resources/stock-broker-log4j.properties");
      environment.put("KAFKA_LOG4J_OPTS", "-Dlog4j.configuration=file:" + logging);
    }
    return environment;
  }

  private static String script(String name) {
    return Checkout.root().resolve("bin").resolve(name).toString();
  }
}
