package org.odradek.broker.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.metadata.AdvertisedEndpoints;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.ControlFence;
import org.odradek.broker.metadata.ControlOrder;
import org.odradek.broker.metadata.UpdateMetadataHandler;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.FindCoordinatorRequest;
import org.odradek.protocol.message.FindCoordinatorResponse;
import org.odradek.protocol.message.OffsetCommitRequest;
import org.odradek.protocol.message.OffsetCommitResponse;
import org.odradek.protocol.message.OffsetDeleteRequest;
import org.odradek.protocol.message.OffsetDeleteResponse;
import org.odradek.protocol.message.OffsetFetchRequest;
import org.odradek.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import org.odradek.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopic;
import org.odradek.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import org.odradek.protocol.message.OffsetFetchResponse;
import org.odradek.protocol.message.UpdateMetadataRequest;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataBroker;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataEndpoint;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataPartitionState;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataTopicState;

/** Finding the coordinator, committing, fetching and deleting offsets, in every version. */
class OffsetHandlersTest {
  private static final Uuid TOPIC_ID = new Uuid(1, 2);
  private static final Uuid UNKNOWN_ID = new Uuid(3, 4);

  private final GroupHarness harness = new GroupHarness().elected();
  private final HandlerCalls calls = new HandlerCalls(harness);
  private final ClusterMetadata metadata = new ClusterMetadata();
  private final OffsetCommitHandler commits =
      new OffsetCommitHandler(harness.coordinator, metadata, harness.timer);
  private final OffsetFetchHandler fetches = new OffsetFetchHandler(harness.coordinator, metadata);

  @BeforeEach
  void announceTopic() {
    announce("t", TOPIC_ID);
  }

  private void announce(String topic, Uuid id) {
    new UpdateMetadataHandler(metadata, new ControlFence(), ControlOrder.inOneThread(metadata))
        .apply(
            new UpdateMetadataRequest()
                .controllerEpoch(1)
                .liveBrokers(
                    List.of(
                        new UpdateMetadataBroker()
                            .id(1)
                            .endpoints(
                                List.of(
                                    new UpdateMetadataEndpoint()
                                        .host("host1")
                                        .port(9001)
                                        .listener("PLAINTEXT")))))
                .topicStates(
                    List.of(
                        new UpdateMetadataTopicState()
                            .topicName(topic)
                            .topicId(id)
                            .partitionStates(
                                List.of(
                                    new UpdateMetadataPartitionState()
                                        .partitionIndex(0)
                                        .leader(1)
                                        .isr(List.of(1))
                                        .replicas(List.of(1)))))));
  }

  private List<Short> commit(int version, long offset) {
    List<OffsetCommitRequest.OffsetCommitRequestTopic> topics = new ArrayList<>();
    topics.add(commitTopic("t", TOPIC_ID, offset));
    topics.add(commitTopic("unknown", UNKNOWN_ID, offset));
    OffsetCommitResponse response =
        calls
            .ask(
                commits,
                version,
                new OffsetCommitRequest().groupId("g").topics(topics),
                OffsetCommitResponse::read)
            .get();
    return response.topics().stream()
        .map(topic -> topic.partitions().getFirst().errorCode())
        .toList();
  }

  private static OffsetCommitRequest.OffsetCommitRequestTopic commitTopic(
      String name, Uuid id, long offset) {
    return new OffsetCommitRequest.OffsetCommitRequestTopic()
        .name(name)
        .topicId(id)
        .partitions(
            List.of(
                new OffsetCommitRequest.OffsetCommitRequestPartition()
                    .partitionIndex(0)
                    .committedOffset(offset)
                    .committedMetadata("note")));
  }

  @Test
  void everyVersionCommits() {
    for (int version = commits.minVersion(); version <= commits.maxVersion(); version++) {
      ErrorCode unknown =
          version >= 10 ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
      assertEquals(List.of((short) 0, unknown.code()), commit(version, version));
      CommittedOffset committed = Objects.requireNonNull(harness.committed("t", 0));
      assertEquals(version, committed.offset());
      assertEquals("note", committed.metadata());
      assertEquals(harness.timer.millis(), committed.commitTimestampMs());
    }
  }

  @Test
  void aPartitionThatTheTopicDoesNotHaveIsRefused() {
    for (int version = commits.minVersion(); version <= commits.maxVersion(); version++) {
      OffsetCommitRequest request =
          new OffsetCommitRequest().groupId("g").topics(List.of(commitTopic("t", TOPIC_ID, 1)));
      request.topics().getFirst().partitions().getFirst().partitionIndex(1);
      OffsetCommitResponse response =
          calls.ask(commits, version, request, OffsetCommitResponse::read).get();
      assertEquals(
          ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(),
          response.topics().getFirst().partitions().getFirst().errorCode());
    }
    assertEquals(List.of(), harness.log.records(0));
  }

  @Test
  void versionOneBringsItsTimeAndVersionTwoItsRetention() {
    OffsetCommitRequest timed =
        new OffsetCommitRequest().groupId("g").topics(List.of(commitTopic("t", TOPIC_ID, 1)));
    timed.topics().getFirst().partitions().getFirst().commitTimestamp(12_345);
    calls.ask(commits, 1, timed, OffsetCommitResponse::read).get();
    assertEquals(12_345, Objects.requireNonNull(harness.committed("t", 0)).commitTimestampMs());

    OffsetCommitRequest retained =
        new OffsetCommitRequest()
            .groupId("g")
            .retentionTimeMs(500)
            .topics(List.of(commitTopic("t", TOPIC_ID, 1)));
    calls.ask(commits, 2, retained, OffsetCommitResponse::read).get();
    assertEquals(
        harness.timer.millis() + 500,
        Objects.requireNonNull(harness.committed("t", 0)).expireTimestampMs());
  }

  @Test
  void everyVersionFetches() {
    commit(8, 42);
    for (int version = fetches.minVersion(); version <= 7; version++) {
      OffsetFetchRequest request =
          new OffsetFetchRequest()
              .groupId("g")
              .topics(
                  List.of(new OffsetFetchRequestTopic().name("t").partitionIndexes(List.of(0, 1))));
      OffsetFetchResponse response =
          calls.ask(fetches, version, request, OffsetFetchResponse::read).get();
      List<OffsetFetchResponse.OffsetFetchResponsePartition> partitions =
          response.topics().getFirst().partitions();
      assertEquals(42, partitions.getFirst().committedOffset());
      assertEquals("note", partitions.getFirst().metadata());
      assertEquals(-1, partitions.getLast().committedOffset());
      assertEquals("", partitions.getLast().metadata());
      assertEquals(0, partitions.getLast().errorCode());
      if (version >= 2) {
        OffsetFetchRequest all = new OffsetFetchRequest().groupId("g").topics(null);
        assertEquals(
            1, calls.ask(fetches, version, all, OffsetFetchResponse::read).get().topics().size());
      }
    }
    for (int version = 8; version <= fetches.maxVersion(); version++) {
      OffsetFetchResponse response = fetchGroups(version);
      assertEquals(List.of("g", "none", "all"), groupIds(response));
      OffsetFetchResponse.OffsetFetchResponseGroup group = response.groups().getFirst();
      assertEquals(42, group.topics().getFirst().partitions().getFirst().committedOffset());
      assertEquals(
          version >= 10 ? ErrorCode.UNKNOWN_TOPIC_ID.code() : 0,
          group.topics().getLast().partitions().getFirst().errorCode());
      assertEquals(
          -1,
          response.groups().get(1).topics().getFirst().partitions().getFirst().committedOffset());
      assertEquals(List.of(), response.groups().get(2).topics());
    }
  }

  private OffsetFetchResponse fetchGroups(int version) {
    List<OffsetFetchRequestTopics> topics =
        List.of(
            new OffsetFetchRequestTopics().name("t").topicId(TOPIC_ID).partitionIndexes(List.of(0)),
            new OffsetFetchRequestTopics()
                .name("unknown")
                .topicId(UNKNOWN_ID)
                .partitionIndexes(List.of(0)));
    OffsetFetchRequest request =
        new OffsetFetchRequest()
            .groups(
                List.of(
                    new OffsetFetchRequestGroup().groupId("g").topics(topics),
                    new OffsetFetchRequestGroup().groupId("none").topics(topics),
                    new OffsetFetchRequestGroup().groupId("all").topics(null)));
    return calls.ask(fetches, version, request, OffsetFetchResponse::read).get();
  }

  private static List<String> groupIds(OffsetFetchResponse response) {
    return response.groups().stream()
        .map(OffsetFetchResponse.OffsetFetchResponseGroup::groupId)
        .toList();
  }

  @Test
  void everyOffsetOfAGroupComesWithItsTopicId() {
    commit(8, 42);
    harness.commit("", -1, harness.offset("forgotten", 0, 1));
    OffsetFetchRequest all =
        new OffsetFetchRequest()
            .groups(List.of(new OffsetFetchRequestGroup().groupId("g").topics(null)));
    List<OffsetFetchResponse.OffsetFetchResponseTopics> topics =
        calls.ask(fetches, 10, all, OffsetFetchResponse::read).get().groups().getFirst().topics();
    assertEquals(1, topics.size());
    assertEquals(TOPIC_ID, topics.getFirst().topicId());
    assertEquals(42, topics.getFirst().partitions().getFirst().committedOffset());
  }

  @Test
  void anErrorStandsWhereTheVersionHasAPlaceForIt() {
    harness.coordinator.resigned(0, 1);
    harness.settle();
    short code = ErrorCode.NOT_COORDINATOR.code();
    OffsetFetchRequest one =
        new OffsetFetchRequest()
            .groupId("g")
            .topics(List.of(new OffsetFetchRequestTopic().name("t").partitionIndexes(List.of(0))));
    OffsetFetchResponse old = calls.ask(fetches, 1, one, OffsetFetchResponse::read).get();
    assertEquals(code, old.topics().getFirst().partitions().getFirst().errorCode());
    OffsetFetchResponse later = calls.ask(fetches, 7, one, OffsetFetchResponse::read).get();
    assertEquals(code, later.errorCode());
    assertEquals(List.of(), later.topics());
    assertEquals(code, fetchGroups(8).groups().getFirst().errorCode());
    assertEquals(code, commit(8, 1).getFirst());
  }

  @Test
  void offsetsAreDeletedByTopicAndPartition() {
    commit(8, 42);
    OffsetDeleteRequest request =
        new OffsetDeleteRequest().groupId("g").topics(List.of(deletion("t"), deletion("unknown")));
    OffsetDeleteResponse response =
        calls
            .ask(
                new OffsetDeleteHandler(harness.coordinator, metadata),
                0,
                request,
                OffsetDeleteResponse::read)
            .get();
    assertEquals(0, response.errorCode());
    assertEquals(0, response.topics().getFirst().partitions().getFirst().errorCode());
    assertEquals(
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(),
        response.topics().getLast().partitions().getFirst().errorCode());
    assertEquals(
        List.of(new TopicPartition("t", 0)),
        harness.log.records(0).stream()
            .filter(record -> record instanceof GroupRecord.Offset gone && gone.committed() == null)
            .map(record -> ((GroupRecord.Offset) record).partition())
            .toList());
  }

  @Test
  void offsetsOfAPartitionThatTheTopicDoesNotHaveAreNotDeleted() {
    commit(8, 42);
    OffsetDeleteRequest request =
        new OffsetDeleteRequest().groupId("g").topics(List.of(deletion("t")));
    request.topics().getFirst().partitions().getFirst().partitionIndex(99);
    OffsetDeleteResponse response =
        calls
            .ask(
                new OffsetDeleteHandler(harness.coordinator, metadata),
                0,
                request,
                OffsetDeleteResponse::read)
            .get();
    assertEquals(0, response.errorCode());
    assertEquals(
        ErrorCode.UNKNOWN_TOPIC_OR_PARTITION.code(),
        response.topics().getFirst().partitions().getFirst().errorCode());
  }

  private static OffsetDeleteRequest.OffsetDeleteRequestTopic deletion(String topic) {
    return new OffsetDeleteRequest.OffsetDeleteRequestTopic()
        .name(topic)
        .partitions(
            List.of(new OffsetDeleteRequest.OffsetDeleteRequestPartition().partitionIndex(0)));
  }

  @Test
  void everyVersionFindsTheCoordinatorOnceTheOffsetsTopicIsThere() {
    List<Set<String>> created = new ArrayList<>();
    FindCoordinatorHandler handler =
        new FindCoordinatorHandler(
            harness.coordinator,
            metadata,
            new AdvertisedEndpoints(1, Set.of()),
            names -> {
              created.add(Set.copyOf(names));
              return CompletableFuture.completedFuture(Map.of());
            });
    short notYet = ErrorCode.COORDINATOR_NOT_AVAILABLE.code();
    for (int version = 0; version <= 6; version++) {
      FindCoordinatorResponse response = find(handler, version);
      assertEquals(
          notYet,
          version >= 4 ? response.coordinators().getFirst().errorCode() : response.errorCode());
    }
    assertEquals(Set.of("__consumer_offsets"), created.getFirst());
    announce("__consumer_offsets", new Uuid(5, 6));
    for (int version = 0; version <= 6; version++) {
      FindCoordinatorResponse response = find(handler, version);
      if (version >= 4) {
        assertEquals(List.of("g", "h"), keys(response));
        assertEquals(9001, response.coordinators().getLast().port());
        assertEquals(0, response.coordinators().getLast().errorCode());
      } else {
        assertEquals("host1", response.host());
        assertEquals(1, response.nodeId());
        assertEquals(0, response.errorCode());
      }
    }
  }

  private static List<String> keys(FindCoordinatorResponse response) {
    return response.coordinators().stream().map(FindCoordinatorResponse.Coordinator::key).toList();
  }

  private FindCoordinatorResponse find(FindCoordinatorHandler handler, int version) {
    FindCoordinatorRequest request = new FindCoordinatorRequest();
    if (version >= 4) {
      request.coordinatorKeys(List.of("g", "h"));
    } else {
      request.key("g");
    }
    return calls.ask(handler, version, request, FindCoordinatorResponse::read).get();
  }

  @Test
  void transactionsAreRefusedInWords() {
    FindCoordinatorHandler handler =
        new FindCoordinatorHandler(
            harness.coordinator,
            metadata,
            new AdvertisedEndpoints(1, Set.of()),
            names -> CompletableFuture.completedFuture(Map.of()));
    FindCoordinatorRequest request = new FindCoordinatorRequest().key("tx").keyType((byte) 1);
    ApiException refusal =
        assertThrows(
            ApiException.class,
            () -> calls.ask(handler, 2, request, FindCoordinatorResponse::read));
    FindCoordinatorResponse response = handler.error(request, (short) 2, refusal);
    assertEquals(ErrorCode.UNSUPPORTED_VERSION.code(), response.errorCode());
    assertEquals("This broker does not coordinate transactions", response.errorMessage());
  }
}
