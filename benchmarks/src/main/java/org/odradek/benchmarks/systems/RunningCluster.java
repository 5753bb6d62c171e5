package org.odradek.benchmarks.systems;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;
import org.odradek.benchmarks.accounting.ServerAccounting;
import org.odradek.processes.ServerProcess;
import org.odradek.processes.Waiting;
import org.odradek.processes.ZooKeeperServer;

/**
 * The brokers of one system, on directories that are fresh when it is made and stay through stops
 * and kills. Closing it kills what still runs.
 */
public final class RunningCluster implements AutoCloseable {
  private static final String CLUSTER_ID = "MkU3OEVBNTcwNTJENDM2Qg";
  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Duration SESSION_END_LIMIT = Duration.ofSeconds(60);

  private final MeasuredSystem system;
  private final Deployment deployment;
  private final Path folder;
  private final List<BrokerNode> nodes;
  private final @Nullable ZooKeeperServer zooKeeper;
  private final @Nullable TlsStores tls;
  private final @Nullable MemoryGroup memory;
  private final List<ServerProcess> processes = new ArrayList<>();
  private int starts;

  /**
   * Prepares everything up to the start of the brokers; ZooKeeper, where there is one, runs then.
   */
  public RunningCluster(MeasuredSystem system, Deployment deployment, Path folder) {
    this.system = system;
    this.deployment = deployment;
    this.folder = folder;
    this.nodes =
        IntStream.range(0, deployment.brokers())
            .mapToObj(id -> BrokerNode.of(system, id, folder.resolve("broker-" + id)))
            .toList();
    create(folder);
    this.tls = deployment.isTls() ? new TlsStores(create(folder.resolve("tls"))) : null;
    this.memory =
        deployment.memoryLimitMib() > 0 ? new MemoryGroup(deployment.memoryLimitMib()) : null;
    this.zooKeeper =
        system.usesZooKeeper()
            ? new ZooKeeperServer(
                    folder.resolve("zookeeper"), StockJars::zooKeeperCommand, Map.of())
                .withTickMs(1_000)
                .start()
            : null;
    closingOnFailure(() -> nodes.forEach(this::prepare));
  }

  /**
   * Nothing of a cluster that does not come up is left running: the next one would be measured
   * beside it.
   */
  private void closingOnFailure(Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | AssertionError e) {
      close();
      throw e;
    }
  }

  private static Path create(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + folder, e);
    }
  }

  private void prepare(BrokerNode node) {
    String protocol = tls == null ? "PLAINTEXT" : "SSL";
    String controllers =
        nodes.stream()
            .map(n -> n.id() + "@127.0.0.1:" + n.controllerPort())
            .collect(Collectors.joining(","));
    var settings =
        new LinkedHashMap<>(
            node.settings(protocol, zooKeeper == null ? "" : zooKeeper.address(), controllers));
    settings.put("offsets.topic.replication.factor", Integer.toString(nodes.size()));
    if (tls != null) {
      settings.putAll(tls.brokerSettings());
    }
    settings.putAll(deployment.settings());
    create(node.folder());
    try {
      Files.write(
          node.properties(),
          settings.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + node.properties(), e);
    }
    if (!system.usesZooKeeper()) {
      format(node);
    }
  }

  /**
   * KRaft wants its folders formatted before the first start; that is not counted as a part of it.
   */
  private void format(BrokerNode node) {
    ServerProcess format =
        ServerProcess.start(
            "kafka-storage format",
            List.of(
                StockJars.java(),
                "-XX:TieredStopAtLevel=1",
                StockJars.serverLogging(system.stockVersion()),
                "-cp",
                StockJars.classPath(system.stockVersion()),
                "kafka.tools.StorageTool",
                "format",
                "-t",
                CLUSTER_ID,
                "-c",
                node.properties().toString()),
            Map.of(),
            node.folder().resolve("format.out"));
    int status = format.awaitExit();
    if (status != 0) {
      throw new IllegalStateException(
          "formatting ended with status " + status + "\n" + format.lastOutput());
    }
  }

  /** Starts all brokers side by side, and returns when they say that they are ready. */
  public RunningCluster start() {
    return start(START_LIMIT);
  }

  /** The same, failing when a broker takes longer than this. */
  public RunningCluster start(Duration limit) {
    closingOnFailure(() -> launchAndAwait(limit));
    return this;
  }

  private void launchAndAwait(Duration limit) {
    launch();
    for (int i = 0; i < nodes.size(); i++) {
      var _ = processes.get(i).awaitOutput(nodes.get(i).ready(), limit);
    }
  }

  /** Starts all brokers, without waiting for them. */
  public void launch() {
    processes.clear();
    starts++;
    for (BrokerNode node : nodes) {
      List<String> command = new ArrayList<>();
      if (memory != null) {
        command.addAll(memory.prefix());
      }
      if (!deployment.brokerCpus().isEmpty()) {
        command.addAll(List.of("taskset", "-c", deployment.brokerCpus()));
      }
      command.addAll(node.command(deployment.heap()));
      processes.add(
          ServerProcess.start(
              system.label() + " broker " + node.id(),
              command,
              node.environment(deployment.heap()),
              node.folder().resolve("broker-" + starts + ".out")));
    }
  }

  public MeasuredSystem system() {
    return system;
  }

  public Deployment deployment() {
    return deployment;
  }

  /** For bootstrap.servers. */
  public String bootstrap() {
    return nodes.stream().map(BrokerNode::address).collect(Collectors.joining(","));
  }

  /** What clients need to come in, {@code bootstrap.servers} included. */
  public Map<String, String> clientSettings() {
    var settings = new LinkedHashMap<String, String>();
    settings.put("bootstrap.servers", bootstrap());
    if (tls != null) {
      settings.putAll(tls.clientSettings());
    }
    return settings;
  }

  /** The folders with the logs of all brokers. */
  public List<Path> data() {
    return nodes.stream().map(BrokerNode::data).toList();
  }

  /** A folder for what belongs to this run. */
  public Path folder() {
    return folder;
  }

  /** What the brokers that run have used; ZooKeeper is not counted. */
  public ServerAccounting accounting() {
    return new ServerAccounting(processes.stream().map(ServerProcess::pid).toList());
  }

  /**
   * Ends all brokers by SIGTERM, side by side, and returns when they have ended.
   *
   * @throws IllegalStateException when one had to be killed in the end
   */
  public void stop() {
    try (var stopping = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> stops =
          processes.stream().map(process -> stopping.submit(process::terminate)).toList();
      for (Future<Integer> stop : stops) {
        int _ = stop.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("no clean stop: " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /**
   * {@code kill -9} of all brokers; returns when ZooKeeper, where there is one, has ended their
   * sessions.
   */
  public void kill() {
    processes.forEach(ServerProcess::kill);
    if (zooKeeper != null) {
      awaitEndOfSessions(zooKeeper.address());
    }
  }

  private static void awaitEndOfSessions(String address) {
    try {
      var client = new ZooKeeper(address, 10_000, event -> {});
      try {
        Waiting.until(SESSION_END_LIMIT, () -> hasNoBrokers(client), () -> "no brokers registered");
      } finally {
        client.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no ZooKeeper at " + address, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static boolean hasNoBrokers(ZooKeeper client) {
    try {
      return client.getChildren("/brokers/ids", false).isEmpty();
    } catch (KeeperException notNow) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Whether every broker still runs. */
  public boolean isRunning() {
    return !processes.isEmpty() && processes.stream().allMatch(ServerProcess::isRunning);
  }

  /** The ends of what the brokers said, for messages. */
  public String lastOutput() {
    return processes.stream().map(ServerProcess::lastOutput).collect(Collectors.joining("\n"));
  }

  @Override
  public void close() {
    processes.stream().filter(ServerProcess::isRunning).forEach(ServerProcess::kill);
    if (zooKeeper != null) {
      zooKeeper.close();
    }
    if (memory != null) {
      memory.close();
    }
  }

  /**
   * Whether this machine can limit the memory of brokers; without that such a deployment cannot
   * run.
   */
  public static boolean canLimitMemory() {
    return MemoryGroup.isAvailable();
  }
}
