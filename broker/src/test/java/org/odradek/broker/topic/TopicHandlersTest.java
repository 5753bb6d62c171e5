package org.odradek.broker.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.HandlerCall;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.ControlFence;
import org.odradek.broker.metadata.ControlOrder;
import org.odradek.broker.metadata.UpdateMetadataHandler;
import org.odradek.broker.quota.ClientQuotas;
import org.odradek.broker.quota.QuotaWindow;
import org.odradek.controller.registration.ClusterSetup;
import org.odradek.controller.topic.TopicAdmin;
import org.odradek.controller.topic.TopicDefaults;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.controller.znode.TopicCodec;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.EmbeddedZooKeeper;
import org.odradek.controller.zookeeper.EmbeddedZooKeeperConfig;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.controller.zookeeper.ZooKeeperClientConfig;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.CreatePartitionsRequest;
import org.odradek.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import org.odradek.protocol.message.CreatePartitionsResponse.CreatePartitionsTopicResult;
import org.odradek.protocol.message.CreateTopicsRequest;
import org.odradek.protocol.message.CreateTopicsRequest.CreatableTopic;
import org.odradek.protocol.message.CreateTopicsResponse;
import org.odradek.protocol.message.CreateTopicsResponse.CreatableTopicConfigs;
import org.odradek.protocol.message.CreateTopicsResponse.CreatableTopicResult;
import org.odradek.protocol.message.DeleteTopicsRequest;
import org.odradek.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import org.odradek.protocol.message.DeleteTopicsResponse;
import org.odradek.protocol.message.DeleteTopicsResponse.DeletableTopicResult;
import org.odradek.protocol.message.UpdateMetadataRequest;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataBroker;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataPartitionState;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataTopicState;

/** The handlers over a real ZooKeeper; the test plays the controller by announcing metadata. */
class TopicHandlersTest {
  private static final int LONG_MS = 60_000;

  @TempDir Path directory;
  private EmbeddedZooKeeper server;
  private ZooKeeperClient session;
  private final ClusterMetadata metadata = new ClusterMetadata();
  private final UpdateMetadataHandler announcements =
      new UpdateMetadataHandler(metadata, new ControlFence(), ControlOrder.inOneThread(metadata));
  private boolean isController = true;
  private boolean isDeletionEnabled = true;
  private CreateTopicsHandler create;
  private CreatePartitionsHandler extend;
  private DeleteTopicsHandler delete;

  private long nowMs = 1_000;
  private final ClientQuotas quotas =
      new ClientQuotas(
          QuotaWindow.DEFAULT,
          QuotaWindow.DEFAULT,
          () -> nowMs,
          Double.POSITIVE_INFINITY,
          Double.POSITIVE_INFINITY);

  @BeforeEach
  void start() throws Exception {
    server = EmbeddedZooKeeper.start(EmbeddedZooKeeperConfig.loopback(directory, 0));
    session = ZooKeeperClient.connect(ZooKeeperClientConfig.of(server.connectString()));
    ClusterSetup.prepare(session, () -> "AAAAAAAAAAAAAAAAAAAAAA").get(30, TimeUnit.SECONDS);
    TopicAdmin topics =
        new TopicAdmin(
            session,
            () -> List.of(new BrokerInfo(0, List.of(), null, -1, 0)),
            () -> new TopicDefaults(3, 1),
            configs -> null,
            new Random(1));
    create =
        new CreateTopicsHandler(
            () -> isController,
            topics,
            metadata,
            overrides ->
                List.of(new CreatableTopicConfigs().name("own").value("" + overrides.size())),
            quotas.mutations());
    extend = new CreatePartitionsHandler(() -> isController, topics, metadata, quotas.mutations());
    delete =
        new DeleteTopicsHandler(
            () -> isController, () -> isDeletionEnabled, topics, metadata, quotas.mutations());
    announce(List.of());
  }

  @AfterEach
  void stop() throws Exception {
    session.close();
    server.close();
  }

  @Test
  void creationIsAnsweredWhenTheMetadataShowsLeaders() throws Exception {
    CompletableFuture<CreatableTopicResult> answer = create("t", LONG_MS, false);
    awaitTopic("t");
    assertFalse(answer.isDone());
    announce("t", topicId("t"), 0, 0);
    assertFalse(answer.isDone()); // of three partitions
    announce("t", topicId("t"), 0, 0, 0);
    CreatableTopicResult result = answer.get(30, TimeUnit.SECONDS);
    assertEquals(ErrorCode.NONE.code(), result.errorCode());
    assertEquals(topicId("t"), result.topicId());
    assertEquals(3, result.numPartitions());
    assertEquals(1, result.replicationFactor());
    assertEquals("0", configs(result).getFirst().value());
  }

  @Test
  void creationThatTakesTooLongIsToldButGoesOn() throws Exception {
    for (int timeoutMs : new int[] {0, 1}) {
      CreatableTopicResult result =
          create("t" + timeoutMs, timeoutMs, false).get(30, TimeUnit.SECONDS);
      assertEquals(ErrorCode.REQUEST_TIMED_OUT.code(), result.errorCode());
      assertNotEquals(Uuid.ZERO, topicId("t" + timeoutMs));
    }
  }

  @Test
  void validatingAnswersWithoutWaiting() throws Exception {
    CreatableTopicResult result = create("v", LONG_MS, true).get(30, TimeUnit.SECONDS);
    assertEquals(ErrorCode.NONE.code(), result.errorCode());
    assertEquals(3, result.numPartitions());
    assertEquals(false, session.exists(ZnodePaths.topic("v"), false).join().isPresent());
  }

  @Test
  void duplicatesAndFailuresAreToldBesideWhatSucceeds() throws Exception {
    CreateTopicsRequest request =
        new CreateTopicsRequest()
            .topics(List.of(topic("twice"), topic("bad name"), topic("twice"), topic("good")))
            .validateOnly(true);
    List<CreatableTopicResult> results =
        HandlerCall.ask(create, 5, request).get(30, TimeUnit.SECONDS).topics();
    assertEquals(
        List.of("twice", "bad name", "good"),
        results.stream().map(CreatableTopicResult::name).toList());
    assertEquals("Found multiple entries for this topic.", results.get(0).errorMessage());
    assertEquals(ErrorCode.INVALID_REQUEST.code(), results.get(0).errorCode());
    assertEquals(ErrorCode.INVALID_TOPIC_EXCEPTION.code(), results.get(1).errorCode());
    assertEquals(ErrorCode.NONE.code(), results.get(2).errorCode());
  }

  @Test
  void onlyTheControllerServes() throws Exception {
    isController = false;
    short code = ErrorCode.NOT_CONTROLLER.code();
    assertEquals(code, create("t", LONG_MS, false).get(30, TimeUnit.SECONDS).errorCode());
    assertEquals(code, extend("t", 2, LONG_MS).get(30, TimeUnit.SECONDS).errorCode());
    assertEquals(code, delete(6, "t", Uuid.ZERO).get(30, TimeUnit.SECONDS).errorCode());
    assertEquals(code, delete(1, "t", Uuid.ZERO).get(30, TimeUnit.SECONDS).errorCode());
  }

  @Test
  void partitionsAreAddedWhenTheMetadataShowsThem() throws Exception {
    create("t", 0, false).get(30, TimeUnit.SECONDS);
    announce("t", topicId("t"), 0, 0, 0);
    CompletableFuture<CreatePartitionsTopicResult> answer = extend("t", 4, LONG_MS);
    announceWhenExtended("t", 4);
    assertEquals(ErrorCode.NONE.code(), answer.get(30, TimeUnit.SECONDS).errorCode());
    CreatePartitionsTopicResult again = extend("t", 4, LONG_MS).get(30, TimeUnit.SECONDS);
    assertEquals(ErrorCode.INVALID_PARTITIONS.code(), again.errorCode());
    assertEquals("Topic already has 4 partitions.", again.errorMessage());
  }

  @Test
  void deletionByNameOrIdIsAnsweredWhenTheTopicIsGone() throws Exception {
    create("a", 0, false).get(30, TimeUnit.SECONDS);
    create("b", 0, false).get(30, TimeUnit.SECONDS);
    announce("a", topicId("a"), 0, 0, 0);
    announce("b", topicId("b"), 0, 0, 0);
    CompletableFuture<DeletableTopicResult> byName = delete(5, "a", Uuid.ZERO);
    CompletableFuture<DeletableTopicResult> byId = delete(6, null, topicId("b"));
    session.children(ZnodePaths.TOPICS, false).join(); // after both marks, and both answers
    assertFalse(byName.isDone());
    announce("a", topicId("a"), -2, -2, -2);
    announce("b", topicId("b"), -2, -2, -2);
    assertEquals(ErrorCode.NONE.code(), byName.get(30, TimeUnit.SECONDS).errorCode());
    assertEquals("b", byId.get(30, TimeUnit.SECONDS).name());
    assertEquals(ErrorCode.NONE.code(), byId.join().errorCode());
  }

  @Test
  void unknownTopicsAndDisabledDeletionAreRefused() throws Exception {
    assertEquals(
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(),
        delete(6, "none", Uuid.ZERO).get(30, TimeUnit.SECONDS).errorCode());
    assertEquals(
        ErrorCode.UNKNOWN_TOPIC_ID.code(),
        delete(6, null, new Uuid(5, 5)).get(30, TimeUnit.SECONDS).errorCode());
    assertThrows(ApiException.class, () -> delete(6, "a", new Uuid(5, 5)));
    isDeletionEnabled = false;
    assertEquals(
        ErrorCode.TOPIC_DELETION_DISABLED.code(),
        delete(3, "none", Uuid.ZERO).get(30, TimeUnit.SECONDS).errorCode());
    assertEquals(
        ErrorCode.INVALID_REQUEST.code(),
        delete(2, "none", Uuid.ZERO).get(30, TimeUnit.SECONDS).errorCode());
  }

  /** One partition a second, 11 at once; topics have 3. */
  @Test
  void whatIsOverTheClientsQuotaIsRefused() throws Exception {
    quotas.configChanged(new ConfigEntity("clients/test"), Map.of("controller_mutation_rate", "1"));
    CreateTopicsRequest request =
        new CreateTopicsRequest()
            .topics(List.of(topic("t0"), topic("t1"), topic("t2"), topic("t3"), topic("t4")))
            .timeoutMs(0);
    CreateTopicsResponse response = HandlerCall.ask(create, 6, request).get(30, TimeUnit.SECONDS);
    assertEquals(
        ErrorCode.THROTTLING_QUOTA_EXCEEDED.code(), response.topics().getLast().errorCode());
    assertEquals(ErrorCode.REQUEST_TIMED_OUT.code(), response.topics().get(3).errorCode());
    assertEquals(1_000, response.throttleTimeMs(), "12 of 11 are made");
    assertEquals(
        0,
        HandlerCall.ask(create, 6, request.validateOnly(true))
            .get(30, TimeUnit.SECONDS)
            .throttleTimeMs());
    announce("t3", topicId("t3"), 0, 0, 0);
    DeleteTopicsRequest deletion = new DeleteTopicsRequest().topicNames(List.of("t3")).timeoutMs(0);
    DeleteTopicsResponse old = HandlerCall.ask(delete, 4, deletion).get(30, TimeUnit.SECONDS);
    assertEquals(ErrorCode.REQUEST_TIMED_OUT.code(), old.responses().getFirst().errorCode());
    assertEquals(4_000, old.throttleTimeMs(), "an old client's deletion is done");
  }

  private CompletableFuture<CreatableTopicResult> create(
      String name, int timeoutMs, boolean validateOnly) {
    CreateTopicsRequest request =
        new CreateTopicsRequest()
            .topics(List.of(topic(name)))
            .timeoutMs(timeoutMs)
            .validateOnly(validateOnly);
    return HandlerCall.ask(create, 7, request).thenApply(all -> all.topics().getFirst());
  }

  private static CreatableTopic topic(String name) {
    return new CreatableTopic()
        .name(name)
        .numPartitions(-1)
        .replicationFactor((short) -1)
        .assignments(List.of())
        .configs(List.of());
  }

  private static List<CreatableTopicConfigs> configs(CreatableTopicResult result) {
    List<CreatableTopicConfigs> configs = result.configs();
    return configs == null ? List.of() : configs;
  }

  private CompletableFuture<CreatePartitionsTopicResult> extend(
      String topic, int count, int timeoutMs) {
    CreatePartitionsRequest request =
        new CreatePartitionsRequest()
            .topics(List.of(new CreatePartitionsTopic().name(topic).count(count).assignments(null)))
            .timeoutMs(timeoutMs);
    return HandlerCall.ask(extend, 3, request).thenApply(all -> all.results().getFirst());
  }

  private CompletableFuture<DeletableTopicResult> delete(
      int version, @Nullable String name, Uuid id) {
    DeleteTopicsRequest request = new DeleteTopicsRequest().timeoutMs(LONG_MS);
    if (version < 6) {
      request.topicNames(List.of(String.valueOf(name))).topics(List.of());
    } else {
      request.topics(List.of(new DeleteTopicState().name(name).topicId(id))).topicNames(List.of());
    }
    return HandlerCall.ask(delete, version, request).thenApply(all -> all.responses().getFirst());
  }

  // ---- the controller's part

  /** Waits until the topic's node is there. */
  private void awaitTopic(String name) throws Exception {
    CompletableFuture<Void> there = new CompletableFuture<>();
    session.subscribe(event -> there.complete(null));
    if (session.exists(ZnodePaths.topic(name), true).join().isEmpty()) {
      there.get(30, TimeUnit.SECONDS);
    }
  }

  private void announceWhenExtended(String name, int count) throws Exception {
    CompletableFuture<Void> changed = new CompletableFuture<>();
    session.subscribe(event -> changed.complete(null));
    int size =
        TopicCodec.decode(name, session.read(ZnodePaths.topic(name), true).join().data())
            .partitions()
            .size();
    if (size < count) {
      changed.get(30, TimeUnit.SECONDS);
    }
    announce(name, topicId(name), 0, 0, 0, 0);
  }

  private Uuid topicId(String name) {
    Uuid id =
        TopicCodec.decode(name, session.read(ZnodePaths.topic(name), false).join().data()).id();
    return id == null ? Uuid.ZERO : id;
  }

  private void announce(String name, Uuid id, int... leaders) {
    List<UpdateMetadataPartitionState> partitions = new ArrayList<>();
    for (int leader : leaders) {
      partitions.add(
          new UpdateMetadataPartitionState()
              .partitionIndex(partitions.size())
              .leader(leader)
              .isr(List.of(0))
              .replicas(List.of(0)));
    }
    announce(
        List.of(
            new UpdateMetadataTopicState()
                .topicName(name)
                .topicId(id)
                .partitionStates(partitions)));
  }

  private void announce(List<UpdateMetadataTopicState> topics) {
    announcements.apply(
        new UpdateMetadataRequest()
            .controllerEpoch(1)
            .liveBrokers(List.of(new UpdateMetadataBroker().id(0).endpoints(List.of())))
            .topicStates(topics));
  }
}
