package org.odradek.controller.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.TestCluster;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.controller.znode.TopicCodec;
import org.odradek.controller.znode.TopicInfo;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.odradek.protocol.ErrorCode;

/** Topic operations against a real ZooKeeper, without a controller: what is written and refused. */
class TopicAdminTest {
  @TempDir Path directory;
  private TestCluster cluster;
  private ZooKeeperClient session;
  private TopicAdmin admin;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster(directory);
    session = cluster.session();
    admin = admin(session);
  }

  private static TopicAdmin admin(ZooKeeperSession through) {
    return new TopicAdmin(
        through,
        () -> List.of(TestCluster.broker(0, 1), TestCluster.broker(1, 2), TestCluster.broker(2, 3)),
        () -> new TopicDefaults(4, 2),
        configs -> configs.containsKey("no.such") ? "Unknown topic config name: no.such" : null,
        new Random(1));
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void writesTopicAndConfiguration() {
    TopicInfo made = created(NewTopic.of("t", 3, 2, Map.of("segment.bytes", "1000000")));
    assertNotNull(made.id());
    assertEquals(3, made.partitions().size());
    assertEquals(
        made, TopicCodec.decode("t", session.read(ZnodePaths.topic("t"), false).join().data()));
    assertEquals(
        "{\"version\":1,\"config\":{\"segment.bytes\":\"1000000\"}}",
        session.read("/config/topics/t", false).join().text());
  }

  @Test
  void usesTheBrokersDefaults() {
    TopicInfo made = created(NewTopic.of("d", -1, -1, Map.of()));
    assertEquals(4, made.partitions().size());
    assertEquals(2, replicas(made, 0).size());
  }

  @Test
  void validatingWritesNothing() {
    TopicOutcome outcome =
        admin.createTopics(List.of(NewTopic.of("v", 1, 1, Map.of())), true).join().getFirst();
    assertNull(assertInstanceOf(TopicOutcome.Done.class, outcome).info().id());
    assertTrue(session.exists(ZnodePaths.topic("v"), false).join().isEmpty());
    assertTrue(session.exists("/config/topics/v", false).join().isEmpty());
  }

  @Test
  void aLeftoverConfigurationIsReplaced() {
    session.create("/config/topics/t", new byte[] {'x'}, CreateMode.PERSISTENT).join();
    created(NewTopic.of("t", 1, 1, Map.of()));
    assertEquals(
        "{\"version\":1,\"config\":{}}", session.read("/config/topics/t", false).join().text());
  }

  @Test
  void refusesNamesWithKafkasTexts() {
    refused(
        NewTopic.of("bad name", 1, 1, Map.of()),
        ErrorCode.INVALID_TOPIC_EXCEPTION,
        "Topic name \"bad name\" is illegal, it contains a character other than ASCII"
            + " alphanumerics, '.', '_' and '-'");
    refused(
        NewTopic.of("..", 1, 1, Map.of()),
        ErrorCode.INVALID_TOPIC_EXCEPTION,
        "Topic name cannot be \".\" or \"..\"");
    refused(
        NewTopic.of("", 1, 1, Map.of()),
        ErrorCode.INVALID_TOPIC_EXCEPTION,
        "Topic name is illegal, it can't be empty");
    String tooLong = "x".repeat(250);
    refused(
        NewTopic.of(tooLong, 1, 1, Map.of()),
        ErrorCode.INVALID_TOPIC_EXCEPTION,
        "Topic name is illegal, it can't be longer than 249 characters, topic name: " + tooLong);
    created(NewTopic.of("x".repeat(249), 1, 1, Map.of()));
    created(NewTopic.of("a.b", 1, 1, Map.of()));
    refused(
        NewTopic.of("a_b", 1, 1, Map.of()),
        ErrorCode.INVALID_TOPIC_EXCEPTION,
        "Topic 'a_b' collides with existing topics: a.b");
    refused(
        NewTopic.of("a.b", 1, 1, Map.of()),
        ErrorCode.TOPIC_ALREADY_EXISTS,
        "Topic 'a.b' already exists.");
  }

  @Test
  void refusesConfigurationsAndAssignmentsWithKafkasTexts() {
    refused(
        NewTopic.of("c", 1, 1, Map.of("no.such", "1")),
        ErrorCode.INVALID_CONFIG,
        "Unknown topic config name: no.such");
    Map<String, @Nullable String> withNull = new HashMap<>();
    withNull.put("retention.ms", null);
    refused(
        new NewTopic("c", 1, (short) 1, new TreeMap<>(), withNull),
        ErrorCode.INVALID_REQUEST,
        "Null value not supported for topic configs : retention.ms");
    refused(
        manual(1, Map.of(0, List.of(0))),
        ErrorCode.INVALID_REQUEST,
        "Both numPartitions or replicationFactor and replicasAssignments were set. Both cannot be"
            + " used at the same time.");
    refused(
        manual(-1, Map.of(0, List.of(0), 1, List.of(0, 1))),
        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
        "All partitions should have the same number of replicas");
    refused(
        manual(-1, Map.of(0, List.of(0), 2, List.of(1))),
        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
        "partitions should be a consecutive 0-based integer sequence");
    refused(
        manual(-1, Map.of(0, List.of(1, 1))),
        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
        "Duplicate replica assignment found: {0=[1, 1]}");
    assertEquals(List.of(2, 0), replicas(created(manual(-1, Map.of(0, List.of(2, 0)))), 0));
  }

  @Test
  void addsPartitionsAndRefusesFewer() {
    created(NewTopic.of("p", 2, 2, Map.of()));
    TopicInfo extended = assertInstanceOf(TopicOutcome.Done.class, extend("p", 5, null)).info();
    assertEquals(5, extended.partitions().size());
    assertEquals(
        extended, TopicCodec.decode("p", session.read(ZnodePaths.topic("p"), false).join().data()));
    assertFailed(
        extend("p", 5, null), ErrorCode.INVALID_PARTITIONS, "Topic already has 5 partitions.");
    assertFailed(
        extend("p", 2, null),
        ErrorCode.INVALID_PARTITIONS,
        "Topic currently has 5 partitions, which is higher than the requested 2.");
    assertFailed(
        extend("none", 2, null),
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        "The topic 'none' does not exist.");
  }

  @Test
  void checksTheAssignmentOfAddedPartitions() {
    created(NewTopic.of("p", 1, 2, Map.of()));
    assertFailed(
        extend("p", 2, List.of(List.of(0, 9))),
        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
        "Unknown broker(s) in replica assignment: 9.");
    assertFailed(
        extend("p", 3, List.of(List.of(0, 1))),
        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
        "Increasing the number of partitions by 2 but 1 assignments provided.");
    assertFailed(
        extend("p", 2, List.of(List.of(1))),
        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
        "Inconsistent replication factor between partitions, partition 0 has 2 while partitions [1]"
            + " have replication factors [1], respectively.");
    assertFailed(
        extend("p", 2, List.of(List.of(1, 1))),
        ErrorCode.INVALID_REPLICA_ASSIGNMENT,
        "Duplicate brokers not allowed in replica assignment: 1, 1 for partition id 1.");
    TopicOutcome outcome = extend("p", 2, List.of(List.of(2, 1)));
    assertEquals(
        ReplicaAssignment.of(List.of(2, 1)),
        assertInstanceOf(TopicOutcome.Done.class, outcome).info().partitions().get(1));
  }

  @Test
  void marksTopicsForDeletion() {
    created(NewTopic.of("t", 1, 1, Map.of()));
    List<TopicOutcome> outcomes = admin.deleteTopics(List.of("t", "none", "../ids")).join();
    assertInstanceOf(TopicOutcome.Done.class, outcomes.get(0));
    assertEquals(null, session.read(ZnodePaths.deleteTopic("t"), false).join().data());
    assertEquals(
        Arrays.asList(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION),
        outcomes.subList(1, 3).stream()
            .map(outcome -> ((TopicOutcome.Failed) outcome).error())
            .toList());
    assertInstanceOf(TopicOutcome.Done.class, admin.deleteTopics(List.of("t")).join().getFirst());
    assertFailed(
        extend("t", 3, null),
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION,
        "The topic 't' does not exist.");
  }

  @Test
  void directoriesThatWereRemovedAreMadeAgain() throws Exception {
    session.delete("/config/topics", -1).join();
    session.delete(ZnodePaths.TOPICS, -1).join();
    List<TopicOutcome> made =
        admin
            .createTopics(List.of(NewTopic.of("t", 1, 1, Map.of())), false)
            .get(30, TimeUnit.SECONDS);
    assertInstanceOf(TopicOutcome.Done.class, made.getFirst());
    assertTrue(session.exists("/config/topics/t", false).join().isPresent());
    session.delete(ZnodePaths.DELETE_TOPICS, -1).join();
    assertInstanceOf(TopicOutcome.Done.class, admin.deleteTopics(List.of("t")).join().getFirst());
    assertTrue(session.exists(ZnodePaths.deleteTopic("t"), false).join().isPresent());
  }

  @Test
  void refusesTopicsThatZooKeeperCannotHold() {
    TopicOutcome outcome =
        admin.createTopics(List.of(NewTopic.of("t", 70_000, 3, Map.of())), false).join().getFirst();
    TopicOutcome.Failed failed = assertInstanceOf(TopicOutcome.Failed.class, outcome);
    assertEquals(ErrorCode.INVALID_PARTITIONS, failed.error());
    assertTrue(failed.message().contains("jute.maxbuffer=1048575"), failed.message());
    created(NewTopic.of("t", 1, 1, Map.of()));
  }

  /** As when the connection is lost before the answer, and the write is sent again. */
  @Test
  void addedPartitionsThatWereWrittenTwiceAreAdded() {
    created(NewTopic.of("p", 2, 2, Map.of()));
    ZooKeeperSession repeating =
        (ZooKeeperSession)
            Proxy.newProxyInstance(
                ZooKeeperSession.class.getClassLoader(),
                new Class<?>[] {ZooKeeperSession.class},
                (proxy, method, arguments) -> {
                  if (method.getName().equals("write")) {
                    method.invoke(session, arguments);
                  }
                  return method.invoke(session, arguments);
                });
    TopicOutcome outcome =
        admin(repeating)
            .createPartitions(List.of(new NewPartitions("p", 5, null)), false)
            .join()
            .getFirst();
    assertEquals(
        TopicCodec.decode("p", session.read(ZnodePaths.topic("p"), false).join().data()),
        assertInstanceOf(TopicOutcome.Done.class, outcome).info());
  }

  private static List<Integer> replicas(TopicInfo topic, int partition) {
    return Objects.requireNonNull(topic.partitions().get(partition)).replicas();
  }

  private TopicInfo created(NewTopic topic) {
    TopicOutcome outcome = admin.createTopics(List.of(topic), false).join().getFirst();
    return assertInstanceOf(TopicOutcome.Done.class, outcome).info();
  }

  private void refused(NewTopic topic, ErrorCode error, String message) {
    assertFailed(admin.createTopics(List.of(topic), false).join().getFirst(), error, message);
  }

  private static NewTopic manual(int count, Map<Integer, List<Integer>> assignment) {
    return new NewTopic("m", count, (short) -1, new TreeMap<>(assignment), Map.of());
  }

  private TopicOutcome extend(String topic, int count, @Nullable List<List<Integer>> assignments) {
    return admin
        .createPartitions(List.of(new NewPartitions(topic, count, assignments)), false)
        .join()
        .getFirst();
  }

  private static void assertFailed(TopicOutcome outcome, ErrorCode error, String message) {
    TopicOutcome.Failed failed = assertInstanceOf(TopicOutcome.Failed.class, outcome);
    assertEquals(message, failed.message());
    assertEquals(error, failed.error());
  }
}
