package org.odradek.benchmarks.systems;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.odradek.processes.Checkout;

/**
 * The addresses and folders of one broker, its properties, and the command that starts it.
 *
 * @param controllerPort of a broker that is its own controller; 0 for others
 */
record BrokerNode(MeasuredSystem system, int id, Path folder, int port, int controllerPort) {
  // What kafka-server-start.sh and kafka-run-class.sh of the distributions give the JVM.
  private static final String KAFKA_HEAP = "-Xms1g -Xmx1g";
  private static final List<String> KAFKA_JVM =
      List.of(
          "-server",
          "-XX:+UseG1GC",
          "-XX:MaxGCPauseMillis=20",
          "-XX:InitiatingHeapOccupancyPercent=35",
          "-XX:+ExplicitGCInvokesConcurrent",
          "-Djava.awt.headless=true");

  static BrokerNode of(MeasuredSystem system, int id, Path folder) {
    return new BrokerNode(
        system, id, folder, Checkout.freePort(), system.usesZooKeeper() ? 0 : Checkout.freePort());
  }

  String address() {
    return "127.0.0.1:" + port;
  }

  Path properties() {
    return folder.resolve("server.properties");
  }

  Path data() {
    return folder.resolve("data");
  }

  /** Its server.properties, but for what the deployment adds. */
  Map<String, String> settings(String protocol, String zooKeeper, String controllers) {
    var settings = new LinkedHashMap<String, String>();
    String listener = protocol + "://" + address();
    settings.put("log.dirs", data().toString());
    if (system.usesZooKeeper()) {
      settings.put("broker.id", Integer.toString(id));
      settings.put("listeners", listener);
      settings.put("zookeeper.connect", zooKeeper);
    } else {
      settings.put("node.id", Integer.toString(id));
      settings.put("process.roles", "broker,controller");
      settings.put("listeners", listener + ",CONTROLLER://127.0.0.1:" + controllerPort);
      settings.put("controller.listener.names", "CONTROLLER");
      settings.put("controller.quorum.voters", controllers);
      settings.put(
          "listener.security.protocol.map", "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL");
    }
    settings.put("group.initial.rebalance.delay.ms", "0");
    return settings;
  }

  /** What the broker says once it serves. */
  Pattern ready() {
    return switch (system) {
      case ODRADEK -> Pattern.compile("(?m)^.* ready .*$");
      case KAFKA_3_9 -> Pattern.compile("\\[KafkaServer id=" + id + "] started");
      case KAFKA_4_3 ->
          Pattern.compile("\\[KafkaRaftServer nodeId=" + id + "] Kafka Server started");
    };
  }

  /** The command without wrappers; {@code heap} is empty for what the system is shipped with. */
  List<String> command(String heap) {
    if (!system.isStock()) {
      return List.of(
          Checkout.root().resolve("bin/broker-start.sh").toString(), properties().toString());
    }
    var command = new ArrayList<String>(List.of(StockJars.java()));
    command.addAll(List.of((heap.isEmpty() ? KAFKA_HEAP : heap).split(" ")));
    command.addAll(KAFKA_JVM);
    command.addAll(
        List.of(
            StockJars.serverLogging(system.stockVersion()),
            "-Dkafka.logs.dir=" + folder,
            "-cp",
            StockJars.classPath(system.stockVersion()),
            "kafka.Kafka",
            properties().toString()));
    return command;
  }

  Map<String, String> environment(String heap) {
    if (system.isStock()) {
      return Map.of();
    }
    String logs = folder.resolve("run").toString();
    return heap.isEmpty()
        ? Map.of("ODRADEK_LOG_DIR", logs)
        : Map.of("ODRADEK_LOG_DIR", logs, "ODRADEK_HEAP_OPTS", heap);
  }
}
