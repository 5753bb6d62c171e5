package org.odradek.broker.authorization;

import static org.odradek.broker.authorization.AuthorizationRow.row;
import static org.odradek.protocol.acl.AclOperation.CLUSTER_ACTION;
import static org.odradek.protocol.acl.AclOperation.CREATE;
import static org.odradek.protocol.acl.AclOperation.DELETE;
import static org.odradek.protocol.acl.AclOperation.DESCRIBE;
import static org.odradek.protocol.acl.AclOperation.IDEMPOTENT_WRITE;
import static org.odradek.protocol.acl.AclOperation.READ;
import static org.odradek.protocol.acl.AclOperation.WRITE;
import static org.odradek.protocol.acl.ResourceType.CLUSTER;
import static org.odradek.protocol.acl.ResourceType.GROUP;
import static org.odradek.protocol.acl.ResourceType.TOPIC;
import static org.odradek.protocol.acl.ResourceType.TRANSACTIONAL_ID;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.authorization.AuthorizationRow.Named;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Message;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.DeleteGroupsRequest;
import org.odradek.protocol.message.DeleteRecordsRequest;
import org.odradek.protocol.message.DescribeGroupsRequest;
import org.odradek.protocol.message.DescribeProducersRequest;
import org.odradek.protocol.message.DescribeTopicPartitionsRequest;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FindCoordinatorRequest;
import org.odradek.protocol.message.HeartbeatRequest;
import org.odradek.protocol.message.InitProducerIdRequest;
import org.odradek.protocol.message.JoinGroupRequest;
import org.odradek.protocol.message.LeaveGroupRequest;
import org.odradek.protocol.message.ListOffsetsRequest;
import org.odradek.protocol.message.MetadataRequest;
import org.odradek.protocol.message.OffsetCommitRequest;
import org.odradek.protocol.message.OffsetDeleteRequest;
import org.odradek.protocol.message.OffsetFetchRequest;
import org.odradek.protocol.message.OffsetForLeaderEpochRequest;
import org.odradek.protocol.message.ProduceRequest;
import org.odradek.protocol.message.SyncGroupRequest;
import org.odradek.protocol.record.RecordBatchBuilder;

/**
 * Every API, with the rights that it asks for and requests that need them; here those of clients,
 * and {@link AdministrationRows}.
 */
final class AuthorizationRows {
  static final String BROKER = "7";

  /** APIs that nobody is refused as a whole, and why. */
  static final Map<ApiKey, String> OPEN_TO_ALL =
      Map.of(
          ApiKey.API_VERSIONS, "asked before anybody is known",
          ApiKey.SASL_HANDSHAKE, "how one becomes known",
          ApiKey.SASL_AUTHENTICATE, "how one becomes known",
          ApiKey.DESCRIBE_CLUSTER, "brokers are told to all clients; rights by a bit each",
          ApiKey.LIST_GROUPS, "groups that may not be described are left out",
          ApiKey.CREATE_DELEGATION_TOKEN, "for oneself; for others by rules about users",
          ApiKey.RENEW_DELEGATION_TOKEN, "by owners and renewers",
          ApiKey.EXPIRE_DELEGATION_TOKEN, "by owners and renewers",
          ApiKey.DESCRIBE_DELEGATION_TOKEN, "others' tokens are left out");

  private AuthorizationRows() {}

  static List<AuthorizationRow> all() {
    List<AuthorizationRow> rows = new ArrayList<>();
    rows.addAll(records());
    rows.addAll(metadata());
    rows.addAll(groups());
    rows.addAll(offsets());
    rows.addAll(AdministrationRows.all());
    return rows;
  }

  private static List<AuthorizationRow> records() {
    return List.of(
        row(
            ApiKey.PRODUCE,
            WRITE,
            TOPIC,
            (version, named) -> produce(named, new RecordBatchBuilder())),
        row(
                ApiKey.PRODUCE,
                WRITE,
                TRANSACTIONAL_ID,
                (version, named) ->
                    version < 3
                        ? null
                        : produce(
                                named,
                                new RecordBatchBuilder().producer(1, (short) 0, 0).transactional())
                            .transactionalId(named.name()))
            .besides(WRITE, TOPIC),
        row(ApiKey.FETCH, READ, TOPIC, (version, named) -> fetch(named)),
        row(
                ApiKey.FETCH,
                CLUSTER_ACTION,
                CLUSTER,
                (version, named) ->
                    version < 15
                        ? fetch(named).replicaId(8)
                        : fetch(named).replicaState(new FetchRequest.ReplicaState().replicaId(8)))
            .answered(ErrorCode.TOPIC_AUTHORIZATION_FAILED),
        row(
            ApiKey.LIST_OFFSETS,
            DESCRIBE,
            TOPIC,
            (version, named) ->
                new ListOffsetsRequest()
                    .replicaId(-1)
                    .topics(
                        List.of(
                            new ListOffsetsRequest.ListOffsetsTopic()
                                .name(named.name())
                                .partitions(
                                    List.of(
                                        new ListOffsetsRequest.ListOffsetsPartition()
                                            .timestamp(-1)))))),
        row(ApiKey.OFFSET_FOR_LEADER_EPOCH, DESCRIBE, TOPIC, (version, named) -> epochs(named)),
        row(ApiKey.OFFSET_FOR_LEADER_EPOCH, CLUSTER_ACTION, CLUSTER, (v, named) -> epochs(named))
            .answered(ErrorCode.TOPIC_AUTHORIZATION_FAILED),
        row(
            ApiKey.DELETE_RECORDS,
            DELETE,
            TOPIC,
            (version, named) ->
                new DeleteRecordsRequest()
                    .timeoutMs(1000)
                    .topics(
                        List.of(
                            new DeleteRecordsRequest.DeleteRecordsTopic()
                                .name(named.name())
                                .partitions(
                                    List.of(new DeleteRecordsRequest.DeleteRecordsPartition()))))),
        row(
            ApiKey.DESCRIBE_PRODUCERS,
            READ,
            TOPIC,
            (version, named) ->
                new DescribeProducersRequest()
                    .topics(
                        List.of(
                            new DescribeProducersRequest.TopicRequest()
                                .name(named.name())
                                .partitionIndexes(List.of(0))))),
        row(
            ApiKey.INIT_PRODUCER_ID,
            WRITE,
            TRANSACTIONAL_ID,
            (version, named) -> new InitProducerIdRequest().transactionalId(named.name())),
        row(
            ApiKey.INIT_PRODUCER_ID,
            IDEMPOTENT_WRITE,
            CLUSTER,
            (version, named) -> new InitProducerIdRequest().transactionalId(null)),
        row(
                ApiKey.INIT_PRODUCER_ID,
                WRITE,
                TOPIC,
                (version, named) -> new InitProducerIdRequest().transactionalId(null))
            .answered(ErrorCode.CLUSTER_AUTHORIZATION_FAILED));
  }

  private static ProduceRequest produce(Named named, RecordBatchBuilder batch) {
    ByteBuffer records = batch.append(1, null, ByteBuffer.wrap(new byte[] {1})).build();
    return new ProduceRequest()
        .acks((short) 1)
        .timeoutMs(1000)
        .topicData(
            List.of(
                new ProduceRequest.TopicProduceData()
                    .name(named.name())
                    .topicId(named.id())
                    .partitionData(
                        List.of(
                            new ProduceRequest.PartitionProduceData()
                                .records(new BufferRecords(records))))));
  }

  private static FetchRequest fetch(Named named) {
    return new FetchRequest()
        .topics(
            List.of(
                new FetchRequest.FetchTopic()
                    .topic(named.name())
                    .topicId(named.id())
                    .partitions(
                        List.of(new FetchRequest.FetchPartition().partitionMaxBytes(1000)))));
  }

  private static OffsetForLeaderEpochRequest epochs(Named named) {
    return new OffsetForLeaderEpochRequest()
        .topics(
            List.of(
                new OffsetForLeaderEpochRequest.OffsetForLeaderTopic()
                    .topic(named.name())
                    .partitions(
                        List.of(new OffsetForLeaderEpochRequest.OffsetForLeaderPartition()))));
  }

  private static List<AuthorizationRow> metadata() {
    return List.of(
        row(
            ApiKey.METADATA,
            DESCRIBE,
            TOPIC,
            (version, named) ->
                version < 4
                    ? null
                    : new MetadataRequest()
                        .allowAutoTopicCreation(false)
                        .topics(
                            List.of(
                                new MetadataRequest.MetadataRequestTopic().name(named.name())))),
        row(
            ApiKey.METADATA,
            DESCRIBE,
            TOPIC,
            (version, named) ->
                version < 12
                    ? null
                    : new MetadataRequest()
                        .topics(
                            List.of(
                                new MetadataRequest.MetadataRequestTopic()
                                    .name(null)
                                    .topicId(named.id())))),
        row(
                ApiKey.METADATA,
                CREATE,
                TOPIC,
                (version, named) ->
                    new MetadataRequest()
                        .topics(
                            List.of(new MetadataRequest.MetadataRequestTopic().name(named.name()))))
            .besides(DESCRIBE, TOPIC)
            .about("fresh"),
        row(
            ApiKey.DESCRIBE_TOPIC_PARTITIONS,
            DESCRIBE,
            TOPIC,
            (version, named) ->
                new DescribeTopicPartitionsRequest()
                    .topics(
                        List.of(
                            new DescribeTopicPartitionsRequest.TopicRequest()
                                .name(named.name())))));
  }

  private static List<AuthorizationRow> groups() {
    return List.of(
        row(
            ApiKey.FIND_COORDINATOR,
            DESCRIBE,
            GROUP,
            (version, named) ->
                version < 4
                    ? new FindCoordinatorRequest().key(named.name())
                    : new FindCoordinatorRequest().coordinatorKeys(List.of(named.name()))),
        row(
            ApiKey.FIND_COORDINATOR,
            DESCRIBE,
            TRANSACTIONAL_ID,
            (version, named) ->
                switch (version) {
                  case 0 -> null;
                  case 1, 2, 3 -> new FindCoordinatorRequest().keyType((byte) 1).key(named.name());
                  default ->
                      new FindCoordinatorRequest()
                          .keyType((byte) 1)
                          .coordinatorKeys(List.of(named.name()));
                }),
        row(
            ApiKey.JOIN_GROUP,
            READ,
            GROUP,
            (version, named) -> new JoinGroupRequest().groupId(named.name()).protocolType("p")),
        row(
            ApiKey.SYNC_GROUP,
            READ,
            GROUP,
            (version, named) -> new SyncGroupRequest().groupId(named.name()).memberId("m")),
        row(
            ApiKey.HEARTBEAT,
            READ,
            GROUP,
            (version, named) -> new HeartbeatRequest().groupId(named.name()).memberId("m")),
        row(
            ApiKey.LEAVE_GROUP,
            READ,
            GROUP,
            (version, named) ->
                version < 3
                    ? new LeaveGroupRequest().groupId(named.name()).memberId("m")
                    : new LeaveGroupRequest()
                        .groupId(named.name())
                        .members(List.of(new LeaveGroupRequest.MemberIdentity().memberId("m")))),
        row(
            ApiKey.DESCRIBE_GROUPS,
            DESCRIBE,
            GROUP,
            (version, named) -> new DescribeGroupsRequest().groups(List.of(named.name()))),
        row(
            ApiKey.DELETE_GROUPS,
            DELETE,
            GROUP,
            (version, named) -> new DeleteGroupsRequest().groupsNames(List.of(named.name()))));
  }

  private static List<AuthorizationRow> offsets() {
    return List.of(
        row(ApiKey.OFFSET_COMMIT, READ, GROUP, (version, named) -> commit(named))
            .besides(READ, TOPIC),
        row(ApiKey.OFFSET_COMMIT, READ, TOPIC, (version, named) -> commit(named))
            .besides(READ, GROUP),
        row(ApiKey.OFFSET_FETCH, DESCRIBE, GROUP, AuthorizationRows::offsetFetch)
            .besides(DESCRIBE, TOPIC),
        row(ApiKey.OFFSET_FETCH, DESCRIBE, TOPIC, AuthorizationRows::offsetFetch)
            .besides(DESCRIBE, GROUP),
        row(ApiKey.OFFSET_DELETE, DELETE, GROUP, (version, named) -> offsetDelete(named))
            .besides(READ, TOPIC),
        row(ApiKey.OFFSET_DELETE, READ, TOPIC, (version, named) -> offsetDelete(named))
            .besides(DELETE, GROUP));
  }

  private static OffsetCommitRequest commit(Named named) {
    return new OffsetCommitRequest()
        .groupId(named.name())
        .topics(
            List.of(
                new OffsetCommitRequest.OffsetCommitRequestTopic()
                    .name(named.name())
                    .topicId(named.id())
                    .partitions(
                        List.of(
                            new OffsetCommitRequest.OffsetCommitRequestPartition()
                                .committedMetadata("")))));
  }

  private static Message offsetFetch(short version, Named named) {
    if (version < 8) {
      return new OffsetFetchRequest()
          .groupId(named.name())
          .topics(
              List.of(
                  new OffsetFetchRequest.OffsetFetchRequestTopic()
                      .name(named.name())
                      .partitionIndexes(List.of(0))));
    }
    return new OffsetFetchRequest()
        .groups(
            List.of(
                new OffsetFetchRequest.OffsetFetchRequestGroup()
                    .groupId(named.name())
                    .topics(
                        List.of(
                            new OffsetFetchRequest.OffsetFetchRequestTopics()
                                .name(named.name())
                                .topicId(named.id())
                                .partitionIndexes(List.of(0))))));
  }

  private static OffsetDeleteRequest offsetDelete(Named named) {
    return new OffsetDeleteRequest()
        .groupId(named.name())
        .topics(
            List.of(
                new OffsetDeleteRequest.OffsetDeleteRequestTopic()
                    .name(named.name())
                    .partitions(List.of(new OffsetDeleteRequest.OffsetDeleteRequestPartition()))));
  }

  /** The topic that is there has its id, all others one that nothing has. */
  static Named named(String name, @Nullable Uuid id) {
    return new Named(name, id == null ? new Uuid(1, 2) : id);
  }
}
