package org.odradek.controller;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.odradek.controller.registration.BrokerRegistration;
import org.odradek.controller.registration.EndpointProbe;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.controller.znode.TopicCodec;
import org.odradek.controller.znode.TopicInfo;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.Message;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.AlterPartitionRequest;
import org.odradek.protocol.message.LeaderAndIsrRequest;
import org.odradek.protocol.message.LeaderAndIsrRequest.LeaderAndIsrPartitionState;
import org.odradek.protocol.message.LeaderAndIsrResponse;
import org.odradek.protocol.message.StopReplicaResponse;
import org.odradek.protocol.message.UpdateMetadataResponse;

/**
 * How long a controller takes from the end of a broker's session until every partition that the
 * broker led has been given to another one, and how long the next controller takes when it was the
 * controller. Real ZooKeeper in this process, brokers that answer at once. Run by hand:
 *
 * <pre>
 *   mvn -Dfast -pl controller -am test-compile
 *   java -cp ... org.odradek.controller.FailoverBenchmark [partitions] [partitions per topic] [rounds]
 * </pre>
 */
public final class FailoverBenchmark {
  private static final int BROKERS = 4;
  private static final int REPLICAS = 3;

  private final TestCluster zookeeper;
  private final Told told = new Told();
  private final Map<Integer, Node> nodes = new TreeMap<>();

  private FailoverBenchmark(Path directory) throws Exception {
    zookeeper = new TestCluster(directory);
  }

  /** What brokers were told last, and when. */
  private static final class Told implements ControlRequestSender {
    private final Map<TopicPartition, Role> leaders = new HashMap<>();
    private int requests;

    private record Role(Uuid topicId, LeaderAndIsrPartitionState state) {}

    @Override
    public synchronized CompletableFuture<Message> send(
        BrokerInfo broker, ApiKey apiKey, short version, Message request) {
      if (request instanceof LeaderAndIsrRequest roles) {
        requests++;
        roles
            .topicStates()
            .forEach(topic ->
                topic
                    .partitionStates()
                    .forEach(state -> {
                      if (state.leader() == broker.id()) {
                        leaders.put(
                            new TopicPartition(topic.topicName(), state.partitionIndex()),
                            new Role(topic.topicId(), state));
                      }
                    }));
      }
      notifyAll();
      return CompletableFuture.completedFuture(
          switch (apiKey) {
            case LEADER_AND_ISR -> new LeaderAndIsrResponse();
            case STOP_REPLICA -> new StopReplicaResponse();
            default -> new UpdateMetadataResponse();
          });
    }

    /** Waits until brokers that are there have heard that they lead so many partitions. */
    synchronized void awaitLed(int count, int gone) throws InterruptedException {
      while (leaders.values().stream().filter(role -> role.state().leader() != gone).count()
          < count) {
        wait();
      }
    }

    synchronized int requests() {
      return requests;
    }

    /** What a leader asks for when all its followers have caught up. */
    synchronized AlterPartitionRequest wholeIsrs(int leader) {
      Map<Uuid, AlterPartitionRequest.TopicData> topics = new HashMap<>();
      for (Role role : leaders.values()) {
        LeaderAndIsrPartitionState state = role.state();
        if (state.leader() == leader && state.isr().size() < state.replicas().size()) {
          topics
              .computeIfAbsent(
                  role.topicId(),
                  id ->
                      new AlterPartitionRequest.TopicData()
                          .topicId(id)
                          .partitions(new ArrayList<>()))
              .partitions()
              .add(
                  new AlterPartitionRequest.PartitionData()
                      .partitionIndex(state.partitionIndex())
                      .leaderEpoch(state.leaderEpoch())
                      .partitionEpoch(state.partitionEpoch())
                      .newIsrWithEpochs(
                          state.replicas().stream()
                              .map(id ->
                                  new AlterPartitionRequest.BrokerState()
                                      .brokerId(id)
                                      .brokerEpoch(-1))
                              .toList()));
        }
      }
      return new AlterPartitionRequest().brokerId(leader).topics(new ArrayList<>(topics.values()));
    }
  }

  private final class Node implements AutoCloseable {
    final ZooKeeperClient session;
    final ControllerThread thread;
    final Controller controller;

    Node(int id) throws Exception {
      session = zookeeper.session();
      thread = new ControllerThread(id);
      BrokerRegistration registration =
          new BrokerRegistration(session, EndpointProbe.tcp(100), 10_000);
      BrokerInfo info = TestCluster.broker(id, 9092 + id);
      controller =
          new Controller(
              new ControllerConfig(id, ControlRequestVersions.NEWEST, "PLAINTEXT", true, true, 100),
              session,
              thread,
              told,
              () -> registration.register(info),
              System::currentTimeMillis,
              new Random(id));
      controller.start().get(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      thread.close();
      session.close();
    }
  }

  public static void main(String[] args) throws Exception {
    int partitions = args.length > 0 ? Integer.parseInt(args[0]) : 5_000;
    int perTopic = args.length > 1 ? Integer.parseInt(args[1]) : 100;
    int rounds = args.length > 2 ? Integer.parseInt(args[2]) : 5;
    FailoverBenchmark benchmark =
        new FailoverBenchmark(Files.createTempDirectory("failover-benchmark"));
    benchmark.run(partitions, perTopic, rounds);
    System.exit(0);
  }

  private void run(int partitions, int perTopic, int rounds) throws Exception {
    for (int id = 0; id < BROKERS; id++) {
      nodes.put(id, new Node(id));
    }
    long start = System.nanoTime();
    createTopics(partitions, perTopic);
    told.awaitLed(partitions, -1);
    print("%d partitions made and led after %d ms", partitions, since(start));
    for (int round = 0; round < rounds; round++) {
      measure("a broker's end", partitions, controllerId() == 3 ? 2 : 3);
      measure("the controller's end", partitions, controllerId());
    }
  }

  private int controllerId() {
    return nodes.values().stream()
        .filter(node -> node.controller.isActive())
        .findFirst()
        .orElseThrow()
        .controller
        .controllerId();
  }

  private void measure(String what, int partitions, int id) throws Exception {
    Node node = nodes.get(id);
    if (node == null) {
      throw new IllegalStateException("there is no broker " + id);
    }
    int before = told.requests();
    node.thread.close();
    long start = System.nanoTime();
    node.session.close(); // its nodes go with the session, as when it expires
    told.awaitLed(partitions, id);
    print(
        "%s: all led after %d ms, %d LeaderAndIsr requests",
        what, since(start), told.requests() - before);
    nodes.put(id, new Node(id));
    preferred();
  }

  /** Followers are in sync again, and all partitions go back to their first replicas. */
  private void preferred() throws Exception {
    Node active =
        nodes.values().stream().filter(n -> n.controller.isActive()).findFirst().orElseThrow();
    while (active.controller.liveBrokers().size() != BROKERS) {
      Thread.onSpinWait();
    }
    long start = System.nanoTime();
    for (int id : nodes.keySet()) {
      AlterPartitionRequest request =
          told.wholeIsrs(id).brokerEpoch(active.controller.brokerEpoch(id).orElse(-1));
      active.controller.alterPartition(request, (short) 3).get(60, TimeUnit.SECONDS);
    }
    print("  ISRs whole after %d ms", since(start));
    start = System.nanoTime();
    long elected =
        active
            .controller
            .electLeaders(LeaderElection.Type.PREFERRED, null)
            .get(60, TimeUnit.SECONDS)
            .values()
            .stream()
            .filter(result -> result.leader() >= 0)
            .count();
    print("  %d preferred leaders elected in %d ms", elected, since(start));
  }

  private void createTopics(int partitions, int perTopic) {
    List<CompletableFuture<?>> open = new ArrayList<>();
    int next = 0;
    for (int topic = 0; next < partitions; topic++) {
      TreeMap<Integer, ReplicaAssignment> assignment = new TreeMap<>();
      for (int i = 0; i < perTopic && next < partitions; i++, next++) {
        List<Integer> replicas = new ArrayList<>();
        for (int r = 0; r < REPLICAS; r++) {
          replicas.add((next + r) % BROKERS);
        }
        assignment.put(i, ReplicaAssignment.of(replicas));
      }
      TopicInfo info = new TopicInfo("topic-" + topic, new Uuid(7, topic + 1L), assignment);
      open.add(
          nodes
              .values()
              .iterator()
              .next()
              .session
              .create(
                  ZnodePaths.topic(info.name()), TopicCodec.encode(info), CreateMode.PERSISTENT));
    }
    CompletableFuture.allOf(open.toArray(CompletableFuture[]::new)).join();
  }

  private static long since(long startNs) {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs);
  }

  private static void print(String format, Object... arguments) {
    System.out.println(format.formatted(arguments));
  }
}
