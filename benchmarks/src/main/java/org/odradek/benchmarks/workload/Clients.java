package org.odradek.benchmarks.workload;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.odradek.benchmarks.client.LoadPrograms;
import org.odradek.benchmarks.systems.RunningCluster;
import org.odradek.benchmarks.systems.StockJars;
import org.odradek.processes.Checkout;

/** Clients of one cluster: the same jars for every system, each client in a JVM of its own. */
final class Clients {
  private static final Duration ADMIN_LIMIT = Duration.ofMinutes(5);
  private static final Duration LOAD_LIMIT = Duration.ofMinutes(20);
  // No system is measured by how it takes one huge request.
  private static final int PARTITIONS_PER_REQUEST = 1_000;

  private final RunningCluster cluster;
  private final String cpus;
  private final Duration adminLimit;
  private final Duration loadLimit;
  private final boolean yields;
  private int started;

  Clients(RunningCluster cluster, String cpus) {
    this(cluster, cpus, ADMIN_LIMIT, LOAD_LIMIT, false);
  }

  private Clients(
      RunningCluster cluster,
      String cpus,
      Duration adminLimit,
      Duration loadLimit,
      boolean yields) {
    this.cluster = cluster;
    this.cpus = cpus;
    this.adminLimit = adminLimit;
    this.loadLimit = loadLimit;
    this.yields = yields;
  }

  /** The same, failing when anything takes longer than this. */
  Clients within(Duration limit) {
    return new Clients(cluster, cpus, limit, limit, yields);
  }

  /** The same at a lower priority: where processors are few, the others' clients come first. */
  Clients yielding() {
    return new Clients(cluster, cpus, adminLimit, loadLimit, true);
  }

  /** Makes a topic and returns once every partition of it has a leader. */
  void createTopic(String name, int partitions, int replicas, Map<String, String> configs) {
    Map<String, Object> settings = new HashMap<>(cluster.clientSettings());
    // Slow is a figure, not a failure.
    settings.put("request.timeout.ms", (int) adminLimit.toMillis());
    settings.put("default.api.timeout.ms", (int) adminLimit.toMillis());
    // One limit for all of it: ten requests that may take minutes each would be no limit.
    long deadline = System.nanoTime() + adminLimit.toNanos();
    try (Admin admin = Admin.create(settings)) {
      int made = Math.min(partitions, PARTITIONS_PER_REQUEST);
      var topic = new NewTopic(name, Optional.of(made), Optional.of((short) replicas));
      admin
          .createTopics(List.of(topic.configs(configs)))
          .all()
          .get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      while (made < partitions) {
        made = Math.min(partitions, made + PARTITIONS_PER_REQUEST);
        admin
            .createPartitions(Map.of(name, NewPartitions.increaseTo(made)))
            .all()
            .get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
      }
      awaitLeaders(admin, name, partitions, replicas, deadline);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          name + " does not have leaders for " + partitions + " partitions after " + adminLimit, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("cannot create the topic " + name + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static void awaitLeaders(
      Admin admin, String name, int partitions, int replicas, long deadline)
      throws InterruptedException, TimeoutException {
    while (System.nanoTime() - deadline < 0) {
      try {
        var found = admin.describeTopics(List.of(name)).allTopicNames().get().get(name);
        if (found != null
            && found.partitions().size() == partitions
            && found.partitions().stream()
                .allMatch(p -> p.leader() != null && p.isr().size() == replicas)) {
          return;
        }
      } catch (ExecutionException notKnownYet) {
        // the topic is not known everywhere
      }
      Thread.sleep(20);
    }
    throw new TimeoutException();
  }

  /** kafka-producer-perf-test, as fast as it can. */
  PerfToolOutput.Produced produce(
      String topic, long records, int size, Map<String, String> producerSettings) {
    List<String> options =
        List.of("--record-size", Integer.toString(size), "--throughput", "-1", "--print-metrics");
    String said = perfTool("ProducerPerformance", topic, records, options, producerSettings);
    PerfToolOutput.Produced produced = PerfToolOutput.produced(said);
    if (produced.records() != records) {
      throw new IllegalStateException(
          "only " + produced.records() + " of " + records + " records were produced");
    }
    return produced;
  }

  /** kafka-consumer-perf-test from the beginning of a topic. */
  PerfToolOutput.Consumed consume(
      String topic, long records, Map<String, String> consumerSettings) {
    List<String> options = List.of("--timeout", "60000", "--hide-header");
    String said = perfTool("ConsumerPerformance", topic, records, options, consumerSettings);
    PerfToolOutput.Consumed consumed = PerfToolOutput.consumed(said);
    if (consumed.records() < records) {
      throw new IllegalStateException(
          "only " + consumed.records() + " of " + records + " records were consumed");
    }
    return consumed;
  }

  /** Runs one of Kafka's performance tools to its end and returns what it said. */
  private String perfTool(
      String tool,
      String topic,
      long records,
      List<String> options,
      Map<String, String> clientSettings) {
    var words =
        new ArrayList<String>(
            List.of(
                "org.apache.kafka.tools." + tool,
                "--bootstrap-server",
                cluster.bootstrap(),
                "--topic",
                topic,
                "--num-records",
                Long.toString(records)));
    words.addAll(options);
    words.add("--command-config");
    words.add(settingsFile(clientSettings).toString());
    try (LoadProcess process = start(words)) {
      return process.await();
    }
  }

  /** One of the programs of {@link LoadPrograms}. */
  LoadProcess program(
      String name, Map<String, String> arguments, Map<String, String> clientSettings) {
    var words = new ArrayList<String>(List.of(LoadPrograms.class.getName(), name));
    arguments.forEach((key, value) -> words.add(key + "=" + value));
    words.add("settings=" + settingsFile(clientSettings));
    return start(words);
  }

  private LoadProcess start(List<String> classAndArguments) {
    var command = new ArrayList<String>();
    if (yields) {
      command.addAll(List.of("nice", "-n", "10"));
    }
    if (!cpus.isEmpty()) {
      command.addAll(List.of("taskset", "-c", cpus));
    }
    Path own =
        Path.of(LoadPrograms.class.getProtectionDomain().getCodeSource().getLocation().getPath());
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xms512m",
            "-Xmx1g",
            "-XX:+UseSerialGC",
            "-Dlog4j2.configurationFile="
                + Checkout.root().resolve("bin/internal/tools-log4j2.properties"),
            "-cp",
            own + ":" + StockJars.classPath(StockJars.CLIENT_VERSION)));
    command.addAll(classAndArguments);
    return new LoadProcess(command, cluster.folder().resolve(fileName() + ".err"), loadLimit);
  }

  private String fileName() {
    return (yields ? "yielding-client-" : "client-") + started;
  }

  private Path settingsFile(Map<String, String> more) {
    var settings = new LinkedHashMap<>(cluster.clientSettings());
    settings.putAll(more);
    started++;
    Path file = cluster.folder().resolve(fileName() + ".properties");
    try {
      Files.write(
          file, settings.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
    return file;
  }
}
