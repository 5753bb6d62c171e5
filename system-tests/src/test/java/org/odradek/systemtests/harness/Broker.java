package org.odradek.systemtests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.odradek.processes.Checkout;
import org.odradek.processes.ServerProcess;
import org.odradek.processes.ZooKeeperServer;

/**
 * One broker of the system under test, as a process. It keeps its port, its folders and its
 * ZooKeeper through stops, kills and restarts.
 */
public final class Broker implements AutoCloseable {
  private static final Pattern EMBEDDED_ZOOKEEPER =
      Pattern.compile("ZooKeeper listens on (127\\.0\\.0\\.1:\\d+)");

  private final Path folder;
  private final int id;
  private String host = "127.0.0.1";
  private int port = Checkout.freePort();
  private List<String> wrapper = List.of();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private final SystemUnderTest system;
  private @Nullable ZooKeeperServer ownZooKeeper;
  private String zooKeeperAddress = "";
  private int starts;
  private boolean killed;
  private @Nullable ServerProcess process;

  /** Broker 0, whose files are below {@code folder}, with a ZooKeeper of its own. */
  public Broker(Path folder) {
    this(folder, 0);
  }

  /** A broker whose files are below {@code folder}. */
  public Broker(Path folder, int id) {
    this(folder, id, SystemUnderTest.chosen());
  }

  /** A broker of a system of its own choice: for clusters of several. */
  public Broker(Path folder, int id, SystemUnderTest system) {
    this.folder = folder;
    this.system = system;
    this.id = id;
    settings.put("broker.id", Integer.toString(id));
    settings.put("listeners", "PLAINTEXT://127.0.0.1:" + port);
    settings.put("log.dirs", folder.resolve("data").toString());
    settings.put("offsets.topic.replication.factor", "1");
    settings.put("transaction.state.log.replication.factor", "1");
    settings.put("transaction.state.log.min.isr", "1");
    settings.put("group.initial.rebalance.delay.ms", "0");
  }

  /** Sets a key of server.properties, for the next start. */
  public Broker with(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /** Uses a ZooKeeper that the test runs, instead of one of its own. */
  public Broker withZooKeeper(String connect) {
    zooKeeperAddress = connect;
    return with("zookeeper.connect", connect);
  }

  /** A variable of the process's environment, for the next start. */
  public Broker withEnvironment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Listens there, instead of on a free port of 127.0.0.1. */
  public Broker at(String newHost, int newPort) {
    host = newHost;
    port = newPort;
    return with("listeners", "PLAINTEXT://" + host + ":" + port);
  }

  /** Starts it by a command that ends in exec of what follows it: {@code ip netns exec NAME}. */
  public Broker wrappedIn(List<String> command) {
    wrapper = command;
    return this;
  }

  public int id() {
    return id;
  }

  public String bootstrap() {
    return host + ":" + port;
  }

  /**
   * What {@code --zookeeper} of the old tools is given: the configured address, or what the broker
   * says of its own server.
   */
  public String zooKeeper() {
    return zooKeeperAddress.isEmpty()
        ? process().awaitOutput(EMBEDDED_ZOOKEEPER).group(1)
        : zooKeeperAddress;
  }

  /** The folder of a partition. */
  public Path partition(String topic, int partition) {
    return data().resolve(topic + "-" + partition);
  }

  /** The broker's {@code log.dirs}. */
  public Path data() {
    return Path.of(settings.getOrDefault("log.dirs", ""));
  }

  /** Starts it, and returns when it serves. */
  public Broker start() {
    launch();
    return awaitReady();
  }

  /** Starts it without waiting for it: several brokers can start side by side. */
  public void launch() {
    if (system.isStock() && zooKeeperAddress.isEmpty()) {
      ownZooKeeper = SystemUnderTest.chosen().zooKeeper(folder.resolve("zookeeper")).start();
      withZooKeeper(ownZooKeeper.address());
      settings.putIfAbsent("zookeeper.session.timeout.ms", "6000");
    }
    if (killed && system.isStock()) {
      awaitEndOfSession();
    }
    Path properties = folder.resolve("server.properties");
    try {
      Files.createDirectories(folder);
      Files.write(
          properties,
          settings.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + properties, e);
    }
    starts++;
    var command = new ArrayList<>(wrapper);
    command.addAll(system.brokerCommand(properties));
    process =
        ServerProcess.start(
            "broker " + id + " at " + bootstrap(),
            command,
            system.environment(folder, environment),
            folder.resolve("broker-" + starts + ".out"));
  }

  /** Returns when the launched broker serves. */
  public Broker awaitReady() {
    process().awaitOutput(system.brokerReady());
    return this;
  }

  public boolean isRunning() {
    return process != null && process.isRunning();
  }

  private ServerProcess process() {
    if (process == null) {
      throw new IllegalStateException("the broker " + bootstrap() + " does not run");
    }
    return process;
  }

  /** A controlled stop; returns the exit status. */
  public int stop() {
    int status = process().terminate();
    process = null;
    killed = false;
    return status;
  }

  /** {@code kill -9}. */
  public void kill() {
    process().kill();
    process = null;
    killed = true;
  }

  /**
   * A stock broker refuses to start as long as the node of its killed predecessor is there; ours
   * takes it over.
   */
  private void awaitEndOfSession() {
    try (var znodes = new Znodes(zooKeeperAddress)) {
      znodes.await("/brokers/ids/" + id, false);
    } catch (IOException e) {
      throw new UncheckedIOException("no ZooKeeper at " + zooKeeperAddress, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** SIGSTOP: it stands still, with its connections open. */
  public void pause() {
    process().signal("STOP");
  }

  public void resume() {
    process().signal("CONT");
  }

  /** What it has said since its last start. */
  public String output() {
    return process().output();
  }

  public String lastOutput() {
    return process().lastOutput();
  }

  public long pid() {
    return process().pid();
  }

  /** The outputs of all its starts, for messages. */
  public List<Path> outputs() {
    return IntStream.rangeClosed(1, starts)
        .mapToObj(i -> folder.resolve("broker-" + i + ".out"))
        .toList();
  }

  @Override
  public void close() {
    if (process != null) {
      process.kill();
      process = null;
    }
    if (ownZooKeeper != null) {
      ownZooKeeper.close();
    }
  }
}
