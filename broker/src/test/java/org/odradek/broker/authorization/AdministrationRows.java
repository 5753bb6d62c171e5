package org.odradek.broker.authorization;

import static org.odradek.broker.authorization.AuthorizationRow.row;
import static org.odradek.protocol.acl.AclOperation.ALTER;
import static org.odradek.protocol.acl.AclOperation.ALTER_CONFIGS;
import static org.odradek.protocol.acl.AclOperation.CLUSTER_ACTION;
import static org.odradek.protocol.acl.AclOperation.CREATE;
import static org.odradek.protocol.acl.AclOperation.DELETE;
import static org.odradek.protocol.acl.AclOperation.DESCRIBE;
import static org.odradek.protocol.acl.AclOperation.DESCRIBE_CONFIGS;
import static org.odradek.protocol.acl.AclOperation.READ;
import static org.odradek.protocol.acl.ResourceType.CLUSTER;
import static org.odradek.protocol.acl.ResourceType.TOPIC;

import java.util.ArrayList;
import java.util.List;
import org.odradek.broker.authorization.AuthorizationRow.Named;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Message;
import org.odradek.protocol.acl.AclPermission;
import org.odradek.protocol.acl.PatternType;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.AllocateProducerIdsRequest;
import org.odradek.protocol.message.AlterClientQuotasRequest;
import org.odradek.protocol.message.AlterConfigsRequest;
import org.odradek.protocol.message.AlterPartitionReassignmentsRequest;
import org.odradek.protocol.message.AlterPartitionRequest;
import org.odradek.protocol.message.AlterReplicaLogDirsRequest;
import org.odradek.protocol.message.AlterUserScramCredentialsRequest;
import org.odradek.protocol.message.ControlledShutdownRequest;
import org.odradek.protocol.message.CreateAclsRequest;
import org.odradek.protocol.message.CreatePartitionsRequest;
import org.odradek.protocol.message.CreateTopicsRequest;
import org.odradek.protocol.message.DeleteAclsRequest;
import org.odradek.protocol.message.DeleteTopicsRequest;
import org.odradek.protocol.message.DescribeAclsRequest;
import org.odradek.protocol.message.DescribeClientQuotasRequest;
import org.odradek.protocol.message.DescribeConfigsRequest;
import org.odradek.protocol.message.DescribeLogDirsRequest;
import org.odradek.protocol.message.DescribeUserScramCredentialsRequest;
import org.odradek.protocol.message.ElectLeadersRequest;
import org.odradek.protocol.message.IncrementalAlterConfigsRequest;
import org.odradek.protocol.message.LeaderAndIsrRequest;
import org.odradek.protocol.message.ListConfigResourcesRequest;
import org.odradek.protocol.message.ListPartitionReassignmentsRequest;
import org.odradek.protocol.message.StopReplicaRequest;
import org.odradek.protocol.message.UpdateMetadataRequest;

/** The rows of those who run a cluster: topics, settings, users, rights, and other brokers. */
final class AdministrationRows {
  private static final byte TOPIC_CONFIG = 2;
  private static final byte BROKER_CONFIG = 4;

  private AdministrationRows() {}

  static List<AuthorizationRow> all() {
    List<AuthorizationRow> rows = new ArrayList<>();
    rows.addAll(topics());
    rows.addAll(configs());
    rows.addAll(brokers());
    rows.addAll(administration());
    return rows;
  }

  private static List<AuthorizationRow> topics() {
    return List.of(
        row(ApiKey.CREATE_TOPICS, CREATE, TOPIC, (version, named) -> create(named)),
        row(ApiKey.CREATE_TOPICS, CREATE, CLUSTER, (version, named) -> create(named))
            .answered(ErrorCode.TOPIC_AUTHORIZATION_FAILED),
        row(
            ApiKey.CREATE_PARTITIONS,
            ALTER,
            TOPIC,
            (version, named) ->
                new CreatePartitionsRequest()
                    .validateOnly(true)
                    .topics(
                        List.of(
                            new CreatePartitionsRequest.CreatePartitionsTopic()
                                .name(named.name())
                                .count(1)
                                .assignments(null)))),
        row(
                ApiKey.DELETE_TOPICS,
                DELETE,
                TOPIC,
                (version, named) ->
                    version < 6
                        ? new DeleteTopicsRequest().topicNames(List.of(named.name()))
                        : new DeleteTopicsRequest()
                            .topics(
                                List.of(
                                    new DeleteTopicsRequest.DeleteTopicState().name(named.name()))))
            .about("doomed"),
        row(
            ApiKey.ELECT_LEADERS,
            ALTER,
            CLUSTER,
            (version, named) ->
                new ElectLeadersRequest()
                    .topicPartitions(
                        List.of(
                            new ElectLeadersRequest.TopicPartitions()
                                .topic(named.name())
                                .partitions(List.of(0))))),
        row(
            ApiKey.ALTER_PARTITION_REASSIGNMENTS,
            ALTER,
            CLUSTER,
            (version, named) ->
                new AlterPartitionReassignmentsRequest()
                    .topics(
                        List.of(
                            new AlterPartitionReassignmentsRequest.ReassignableTopic()
                                .name(named.name())
                                .partitions(
                                    List.of(
                                        new AlterPartitionReassignmentsRequest
                                            .ReassignablePartition()))))),
        row(
            ApiKey.LIST_PARTITION_REASSIGNMENTS,
            DESCRIBE,
            CLUSTER,
            (version, named) -> new ListPartitionReassignmentsRequest().topics(null)),
        row(
            ApiKey.ALTER_REPLICA_LOG_DIRS,
            ALTER,
            CLUSTER,
            (version, named) ->
                new AlterReplicaLogDirsRequest()
                    .dirs(
                        List.of(
                            new AlterReplicaLogDirsRequest.AlterReplicaLogDir()
                                .path("/nowhere")
                                .topics(
                                    List.of(
                                        new AlterReplicaLogDirsRequest.AlterReplicaLogDirTopic()
                                            .name(named.name())
                                            .partitions(List.of(0))))))),
        row(
                ApiKey.DESCRIBE_LOG_DIRS,
                DESCRIBE,
                CLUSTER,
                (version, named) -> new DescribeLogDirsRequest().topics(null))
            .withErrorFrom(3));
  }

  private static CreateTopicsRequest create(Named named) {
    return new CreateTopicsRequest()
        .timeoutMs(1000)
        .topics(
            List.of(
                new CreateTopicsRequest.CreatableTopic()
                    .name(named.name())
                    .numPartitions(1)
                    .replicationFactor((short) 1)));
  }

  private static List<AuthorizationRow> configs() {
    List<AuthorizationRow> rows = new ArrayList<>();
    for (ResourceType type : List.of(TOPIC, CLUSTER)) {
      byte kind = type == TOPIC ? TOPIC_CONFIG : BROKER_CONFIG;
      rows.add(
          row(
              ApiKey.DESCRIBE_CONFIGS,
              DESCRIBE_CONFIGS,
              type,
              (version, named) ->
                  new DescribeConfigsRequest()
                      .resources(
                          List.of(
                              new DescribeConfigsRequest.DescribeConfigsResource()
                                  .resourceType(kind)
                                  .resourceName(
                                      type == TOPIC ? named.name() : AuthorizationRows.BROKER)
                                  .configurationKeys(null)))));
      rows.add(
          row(
              ApiKey.ALTER_CONFIGS,
              ALTER_CONFIGS,
              type,
              (version, named) ->
                  new AlterConfigsRequest()
                      .validateOnly(true)
                      .resources(
                          List.of(
                              new AlterConfigsRequest.AlterConfigsResource()
                                  .resourceType(kind)
                                  .resourceName(
                                      type == TOPIC ? named.name() : AuthorizationRows.BROKER)))));
      rows.add(
          row(
              ApiKey.INCREMENTAL_ALTER_CONFIGS,
              ALTER_CONFIGS,
              type,
              (version, named) ->
                  new IncrementalAlterConfigsRequest()
                      .validateOnly(true)
                      .resources(
                          List.of(
                              new IncrementalAlterConfigsRequest.AlterConfigsResource()
                                  .resourceType(kind)
                                  .resourceName(
                                      type == TOPIC ? named.name() : AuthorizationRows.BROKER)))));
    }
    rows.add(
        row(
            ApiKey.LIST_CONFIG_RESOURCES,
            DESCRIBE_CONFIGS,
            CLUSTER,
            (version, named) -> new ListConfigResourcesRequest()));
    return rows;
  }

  /** Of epochs long past and of a broker that is not there, so that nothing happens. */
  private static List<AuthorizationRow> brokers() {
    return List.of(
        broker(ApiKey.LEADER_AND_ISR, new LeaderAndIsrRequest()),
        broker(ApiKey.STOP_REPLICA, new StopReplicaRequest()),
        broker(ApiKey.UPDATE_METADATA, new UpdateMetadataRequest()),
        broker(ApiKey.CONTROLLED_SHUTDOWN, new ControlledShutdownRequest().brokerId(77)),
        broker(ApiKey.ALTER_PARTITION, new AlterPartitionRequest().brokerId(77)),
        broker(ApiKey.ALLOCATE_PRODUCER_IDS, new AllocateProducerIdsRequest().brokerId(77)));
  }

  private static AuthorizationRow broker(ApiKey api, Message request) {
    return row(api, CLUSTER_ACTION, CLUSTER, (version, named) -> request);
  }

  private static List<AuthorizationRow> administration() {
    byte any = PatternType.ANY.code();
    return List.of(
        row(
            ApiKey.DESCRIBE_ACLS,
            DESCRIBE,
            CLUSTER,
            (version, named) ->
                new DescribeAclsRequest()
                    .resourceTypeFilter(any)
                    .patternTypeFilter(version == 0 ? PatternType.LITERAL.code() : any)
                    .operation(any)
                    .permissionType(any)),
        row(
            ApiKey.CREATE_ACLS,
            ALTER,
            CLUSTER,
            (version, named) ->
                new CreateAclsRequest()
                    .creations(
                        List.of(
                            new CreateAclsRequest.AclCreation()
                                .resourceType(ResourceType.GROUP.code())
                                .resourceName("unused")
                                .resourcePatternType(PatternType.LITERAL.code())
                                .principal("User:nobody")
                                .host("*")
                                .operation(READ.code())
                                .permissionType(AclPermission.ALLOW.code())))),
        row(
            ApiKey.DELETE_ACLS,
            ALTER,
            CLUSTER,
            (version, named) ->
                new DeleteAclsRequest()
                    .filters(
                        List.of(
                            new DeleteAclsRequest.DeleteAclsFilter()
                                .resourceTypeFilter(ResourceType.GROUP.code())
                                .resourceNameFilter("unused")
                                .patternTypeFilter(PatternType.LITERAL.code())
                                .operation(any)
                                .permissionType(any)))),
        row(
            ApiKey.DESCRIBE_CLIENT_QUOTAS,
            DESCRIBE_CONFIGS,
            CLUSTER,
            (version, named) -> new DescribeClientQuotasRequest()),
        row(
            ApiKey.ALTER_CLIENT_QUOTAS,
            ALTER_CONFIGS,
            CLUSTER,
            (version, named) ->
                new AlterClientQuotasRequest()
                    .validateOnly(true)
                    .entries(
                        List.of(
                            new AlterClientQuotasRequest.EntryData()
                                .entity(
                                    List.of(
                                        new AlterClientQuotasRequest.EntityData()
                                            .entityType("user")
                                            .entityName("u")))))),
        row(
            ApiKey.DESCRIBE_USER_SCRAM_CREDENTIALS,
            DESCRIBE,
            CLUSTER,
            (version, named) -> new DescribeUserScramCredentialsRequest().users(null)),
        row(
            ApiKey.ALTER_USER_SCRAM_CREDENTIALS,
            ALTER,
            CLUSTER,
            (version, named) ->
                new AlterUserScramCredentialsRequest()
                    .deletions(
                        List.of(
                            new AlterUserScramCredentialsRequest.ScramCredentialDeletion()
                                .name("nobody")
                                .mechanism((byte) 1)))));
  }
}
