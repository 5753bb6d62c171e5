package org.odradek.systemtests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.zookeeper.KeeperException;
import org.odradek.processes.Waiting;
import org.odradek.processes.ZooKeeperServer;

/**
 * Several brokers of the system under test with one ZooKeeper server, all of them processes of
 * their own with small heaps. Closing it ends them all by their process ids.
 */
public final class Cluster implements AutoCloseable {
  private static final Pattern BROKER_ID = Pattern.compile("\"brokerid\":(\\d+)");
  private static final Pattern ISR = Pattern.compile("\"isr\":\\[([0-9,]*)]");
  private static final Pattern LEADER = Pattern.compile("\"leader\":(-?\\d+)");

  private final Path folder;
  private final ZooKeeperServer zooKeeper;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final SortedMap<Integer, Broker> brokers = new TreeMap<>();
  private Consumer<Broker> placing = broker -> {};

  /** A cluster whose files are below {@code folder}. */
  public Cluster(Path folder) {
    this.folder = folder;
    this.zooKeeper = withSmallHeap(SystemUnderTest.chosen().zooKeeper(folder.resolve("zookeeper")));
    with("offsets.topic.replication.factor", "3");
    with("offsets.topic.num.partitions", "5");
    with("transaction.state.log.replication.factor", "3");
    with("transaction.state.log.min.isr", "2");
    with("transaction.state.log.num.partitions", "5");
  }

  private static ZooKeeperServer withSmallHeap(ZooKeeperServer server) {
    return server
        .withEnvironment("ODRADEK_HEAP_OPTS", "-Xmx128m")
        .withEnvironment("KAFKA_HEAP_OPTS", "-Xmx128m");
  }

  /** Sets a key of server.properties for all brokers that are added from now on. */
  public Cluster with(String key, String value) {
    settings.put(key, value);
    return this;
  }

  /** Sessions that end this long after the last sign of life of a broker. */
  public Cluster withSessionTimeout(Duration timeout) {
    zooKeeper.withTickMs((int) Math.min(2_000, timeout.toMillis() / 4));
    return with("zookeeper.session.timeout.ms", Long.toString(timeout.toMillis()));
  }

  /** What is done to each broker before it is started for the first time. */
  public Cluster placing(Consumer<Broker> change) {
    placing = change;
    return this;
  }

  /** Starts ZooKeeper and brokers 0 to {@code count - 1}, side by side. */
  public Cluster start(int count) {
    zooKeeper.start();
    for (int i = 0; i < count; i++) {
      add().launch();
    }
    if (count > 0) {
      brokers.values().forEach(Broker::awaitReady);
      awaitRegistered();
    }
    return this;
  }

  /** A further broker with the next id, still to be started. */
  public Broker add() {
    return add(SystemUnderTest.chosen());
  }

  /** As {@link #add()}, of another system than the one that is tested. */
  public Broker add(SystemUnderTest system) {
    int id = brokers.isEmpty() ? 0 : brokers.lastKey() + 1;
    var broker = new Broker(folder.resolve("broker-" + id), id, system);
    settings.forEach(broker::with);
    broker.withEnvironment("ODRADEK_HEAP_OPTS", "-Xms32m -Xmx256m");
    broker.withEnvironment("KAFKA_HEAP_OPTS", "-Xmx256m");
    broker.withZooKeeper(zooKeeper.address());
    placing.accept(broker);
    brokers.put(id, broker);
    return broker;
  }

  /** Waits until every broker that runs has its node, and one of them is the controller. */
  public void awaitRegistered() {
    inZooKeeper(znodes -> {
      for (Broker broker : brokers.values()) {
        if (broker.isRunning()) {
          znodes.await("/brokers/ids/" + broker.id(), true);
        }
      }
      znodes.await("/controller", true);
    });
  }

  public Broker broker(int id) {
    Broker broker = brokers.get(id);
    if (broker == null) {
      throw new IllegalArgumentException("no broker " + id + " in " + brokers.keySet());
    }
    return broker;
  }

  public Collection<Broker> brokers() {
    return brokers.values();
  }

  public ZooKeeperServer zooKeeper() {
    return zooKeeper;
  }

  /** All brokers, for bootstrap.servers. */
  public String bootstrap() {
    return brokers.values().stream().map(Broker::bootstrap).collect(Collectors.joining(","));
  }

  public Clients clients() {
    return new Clients(bootstrap());
  }

  /** The id of the controller, or -1 when there is none at the moment. */
  public int controller() {
    return read("/controller", BROKER_ID);
  }

  /** The leader of a partition as ZooKeeper has it, or -1. */
  public int leader(String topic, int partition) {
    return read(statePath(topic, partition), LEADER);
  }

  /** Whether nobody leads a partition, since all that are in sync are away. */
  public boolean isLeaderless(Znodes znodes, String topic, int partition) {
    String state = znodes.tryData(statePath(topic, partition));
    return !state.isEmpty() && number(state, LEADER) < 0;
  }

  /** Waits until each of the partitions has so many in-sync replicas and a leader. */
  public void awaitInSync(String topic, int partitions, int replicas) {
    awaitStates(
        topic,
        IntStream.range(0, partitions).boxed().toList(),
        state -> isr(state).size() == replicas && number(state, LEADER) >= 0,
        replicas + " in-sync replicas");
  }

  /** Waits until a broker is in none of the ISRs of these partitions. */
  public void awaitOut(String topic, List<Integer> partitions, int broker) {
    awaitStates(topic, partitions, state -> !isr(state).contains(broker), "broker is out");
  }

  private void awaitStates(
      String topic, List<Integer> partitions, Predicate<String> wanted, String what) {
    inZooKeeper(znodes -> {
      var states = new TreeMap<Integer, String>();
      Waiting.until(
          Duration.ofSeconds(120),
          () -> {
            partitions.forEach(p -> states.put(p, znodes.tryData(statePath(topic, p))));
            return states.values().stream().allMatch(wanted);
          },
          () -> what + ": " + states + "\n" + lastOutput());
    });
  }

  private static List<Integer> isr(String state) {
    Matcher matcher = ISR.matcher(state);
    return matcher.find() && !matcher.group(1).isEmpty()
        ? Arrays.stream(matcher.group(1).split(",")).map(Integer::valueOf).toList()
        : List.of();
  }

  private static int number(String json, Pattern number) {
    Matcher matcher = number.matcher(json);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
  }

  /**
   * Makes this broker the controller. The others stand still meanwhile: they would be faster, one
   * or another of them each time.
   */
  public void moveController(int broker) {
    if (controller() == broker) {
      return;
    }
    List<Broker> others =
        brokers.values().stream().filter(b -> b.id() != broker && b.isRunning()).toList();
    others.forEach(Broker::pause);
    try {
      inZooKeeper(znodes -> znodes.delete("/controller"));
      Waiting.until(
          Duration.ofSeconds(60),
          () -> controller() == broker,
          () -> "broker " + broker + " is the controller, not " + controller());
    } finally {
      others.forEach(Broker::resume);
    }
  }

  private static String statePath(String topic, int partition) {
    return "/brokers/topics/" + topic + "/partitions/" + partition + "/state";
  }

  /** Stops all brokers, each in order, all at the same time. */
  public void stopAll() {
    List<Thread> threads =
        brokers.values().stream()
            .filter(Broker::isRunning)
            .map(broker -> Thread.ofPlatform().start(broker::stop))
            .toList();
    for (Thread thread : threads) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("interrupted", e);
      }
    }
  }

  /** After {@link #stopAll}: fails unless every replica of the topic has the same bytes. */
  public void checkReplicasAreIdentical(String topic, int partitions) {
    for (int partition = 0; partition < partitions; partition++) {
      Map<Integer, String> digests = new TreeMap<>();
      for (Broker broker : brokers.values()) {
        Path replica = broker.partition(topic, partition);
        if (Files.isDirectory(replica)) {
          digests.put(broker.id(), digest(replica));
        }
      }
      if (digests.values().stream().distinct().count() != 1) {
        throw new AssertionError(topic + "-" + partition + " differs by broker: " + digests);
      }
    }
  }

  private static String digest(Path replica) {
    try (Stream<Path> files = Files.list(replica)) {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      long size = 0;
      for (Path log : files.filter(f -> f.toString().endsWith(".log")).sorted().toList()) {
        digest.update(Files.readAllBytes(log));
        size += Files.size(log);
      }
      return size + " bytes " + HexFormat.of().formatHex(digest.digest(), 0, 6);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + replica, e);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  private int read(String path, Pattern number) {
    var found = new int[] {-1};
    inZooKeeper(znodes -> found[0] = number(znodes.tryData(path), number));
    return found[0];
  }

  /** What is done with a look into ZooKeeper. */
  public interface ZooKeeperVisit {
    void visit(Znodes znodes) throws KeeperException, InterruptedException;
  }

  public void inZooKeeper(ZooKeeperVisit visit) {
    try (var znodes = new Znodes(zooKeeper.address())) {
      visit.visit(znodes);
    } catch (IOException e) {
      throw new UncheckedIOException("no ZooKeeper at " + zooKeeper.address(), e);
    } catch (KeeperException e) {
      throw new AssertionError("ZooKeeper answers " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The ends of what the processes said, for messages. */
  public String lastOutput() {
    return brokers.values().stream()
        .filter(Broker::isRunning)
        .map(Broker::lastOutput)
        .collect(Collectors.joining("\n"));
  }

  /**
   * For {@link TranscriptRunner#with}, as {@code cluster}: {@code start 3 4} starts these brokers,
   * side by side, new ones or stopped ones; {@code launch 3 4} does not wait until they serve;
   * {@code stop 0} is SIGTERM and the end, {@code kill 0} is {@code kill -9}.
   */
  public CommandOutcome command(List<String> words) {
    List<Integer> ids = words.stream().skip(1).map(Integer::valueOf).toList();
    switch (words.getFirst()) {
      case "start" -> start(ids);
      case "launch" -> launch(ids);
      case "stop" -> ids.forEach(id -> broker(id).stop());
      case "kill" -> ids.forEach(id -> broker(id).kill());
      default -> throw new IllegalArgumentException("cluster " + String.join(" ", words));
    }
    return CommandLineJobs.done("cluster " + String.join(" ", words));
  }

  private void launch(List<Integer> ids) {
    for (int id : ids) {
      Broker broker = brokers.get(id);
      (broker == null ? add() : broker).launch();
    }
  }

  private void start(List<Integer> ids) {
    launch(ids);
    ids.forEach(id -> broker(id).awaitReady());
    awaitRegistered();
  }

  @Override
  public void close() {
    var failures = new ArrayList<RuntimeException>();
    for (Broker broker : brokers.values()) {
      try {
        broker.close();
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
    zooKeeper.close();
    if (!failures.isEmpty()) {
      throw failures.getFirst();
    }
  }
}
