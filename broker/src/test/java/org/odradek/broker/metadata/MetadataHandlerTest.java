package org.odradek.broker.metadata;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.AuthorizedOperations;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.MetadataRequest;
import org.odradek.protocol.message.MetadataRequest.MetadataRequestTopic;
import org.odradek.protocol.message.MetadataResponse;
import org.odradek.protocol.message.MetadataResponse.MetadataResponseTopic;

class MetadataHandlerTest {
  private static final Uuid ID = new Uuid(1, 2);
  private static final Uuid UNKNOWN_ID = new Uuid(7, 7);

  private final TestCluster cluster = new TestCluster();
  private final List<String> created = new ArrayList<>();
  private boolean autoCreate = true;
  private final MetadataHandler handler =
      new MetadataHandler(
          cluster.metadata,
          cluster.endpoints,
          names -> {
            Map<String, ErrorCode> answers = new HashMap<>();
            names.forEach(name -> answers.put(name, ErrorCode.LEADER_NOT_AVAILABLE));
            created.addAll(names);
            return CompletableFuture.completedFuture(answers);
          },
          () -> autoCreate,
          TestCluster.CLUSTER_ID);

  @BeforeEach
  void announce() {
    cluster.announce(
        TestCluster.topic(
            "a",
            ID,
            TestCluster.partition(0, 1, List.of(1, 2)),
            TestCluster.partition(1, 3, List.of(3))));
  }

  private MetadataResponse ask(int version, MetadataRequest request) {
    return TestCluster.ask(handler, version, request);
  }

  private static MetadataRequest byName(String... names) {
    return new MetadataRequest()
        .topics(Arrays.stream(names).map(name -> new MetadataRequestTopic().name(name)).toList());
  }

  private static List<Short> errors(MetadataResponse response) {
    return response.topics().stream().map(MetadataResponseTopic::errorCode).toList();
  }

  @Test
  void anEmptyListMeansAllTopicsInVersion0AndNoneLater() {
    MetadataRequest empty = new MetadataRequest().topics(List.of());
    assertEquals(1, ask(0, empty).topics().size());
    assertEquals(0, ask(1, empty).topics().size());
    assertEquals(1, ask(1, new MetadataRequest().topics(null)).topics().size());
  }

  @Test
  void tellsBrokersControllerAndLeaders() {
    MetadataResponse response = ask(12, byName("a"));
    assertEquals(TestCluster.CLUSTER_ID, response.clusterId());
    assertEquals(1, response.controllerId());
    assertEquals(2, response.brokers().size());
    MetadataResponseTopic topic = response.topics().getFirst();
    assertEquals(ID, topic.topicId());
    assertEquals(1, topic.partitions().get(0).leaderId());
    assertEquals(5, topic.partitions().get(0).leaderEpoch());
    assertEquals(List.of(), topic.partitions().get(0).offlineReplicas());
    assertEquals(ErrorCode.LEADER_NOT_AVAILABLE.code(), topic.partitions().get(1).errorCode());
    assertEquals(-1, topic.partitions().get(1).leaderId());
    assertEquals(List.of(3), topic.partitions().get(1).offlineReplicas());
  }

  @Test
  void createsWhatIsMissingWhereBothSidesAgree() {
    assertEquals(List.of(ErrorCode.LEADER_NOT_AVAILABLE.code()), errors(ask(4, byName("new"))));
    assertEquals(List.of("new"), created);

    ask(4, byName("refused").allowAutoTopicCreation(false));
    autoCreate = false;
    assertEquals(
        List.of(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code()), errors(ask(4, byName("off"))));
    assertEquals(List.of("new"), created);
  }

  @Test
  void refusesNamesThatNoTopicCanHave() {
    assertEquals(
        List.of(ErrorCode.INVALID_TOPIC_EXCEPTION.code(), ErrorCode.INVALID_TOPIC_EXCEPTION.code()),
        errors(ask(9, byName("", "a/b"))));
    assertTrue(created.isEmpty());
  }

  @Test
  void answersAboutTheSameTopicOnce() {
    assertEquals(1, ask(9, byName("a", "a")).topics().size());
  }

  @Test
  void findsTopicsByIdFromVersion12() {
    MetadataRequest request =
        new MetadataRequest()
            .topics(
                List.of(
                    new MetadataRequestTopic().topicId(ID).name(null),
                    new MetadataRequestTopic().topicId(UNKNOWN_ID).name(null)));
    MetadataResponse response = ask(12, request);
    assertEquals("a", response.topics().get(0).name());
    assertEquals(ErrorCode.UNKNOWN_TOPIC_ID.code(), response.topics().get(1).errorCode());
    assertEquals(UNKNOWN_ID, response.topics().get(1).topicId());
    assertThrows(ApiException.class, () -> ask(11, request));
  }

  @Test
  void tellsOperationsOnlyWhenAsked() {
    MetadataResponse silent = ask(9, byName("a"));
    assertEquals(AuthorizedOperations.NOT_ASKED, silent.clusterAuthorizedOperations());
    assertEquals(
        AuthorizedOperations.NOT_ASKED, silent.topics().getFirst().topicAuthorizedOperations());
    MetadataResponse asked =
        ask(
            9,
            byName("a")
                .includeClusterAuthorizedOperations(true)
                .includeTopicAuthorizedOperations(true));
    assertEquals(8096, asked.clusterAuthorizedOperations());
    assertEquals(3576, asked.topics().getFirst().topicAuthorizedOperations());
  }

  @Test
  void tellsVersion0OnlyOfReplicasThatLive() {
    cluster.announce(TestCluster.topic("b", Uuid.ZERO, TestCluster.partition(0, 1, List.of(1, 3))));
    MetadataResponseTopic old = ask(0, byName("b")).topics().getFirst();
    assertEquals(List.of(1), old.partitions().getFirst().replicaNodes());
    assertEquals(ErrorCode.REPLICA_NOT_AVAILABLE.code(), old.partitions().getFirst().errorCode());
    MetadataResponseTopic later = ask(1, byName("b")).topics().getFirst();
    assertEquals(List.of(1, 3), later.partitions().getFirst().replicaNodes());
    assertEquals(ErrorCode.NONE.code(), later.partitions().getFirst().errorCode());
  }

  @Test
  void marksTheBrokersOwnTopics() {
    cluster.announce(
        TestCluster.topic(
            "__consumer_offsets", Uuid.ZERO, TestCluster.partition(0, 1, List.of(1))));
    assertTrue(ask(9, byName("__consumer_offsets")).topics().getFirst().isInternal());
    assertFalse(ask(9, byName("a")).topics().getFirst().isInternal());
  }
}
