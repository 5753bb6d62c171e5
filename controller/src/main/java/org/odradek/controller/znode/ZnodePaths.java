package org.odradek.controller.znode;

import java.util.List;
import java.util.Optional;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.acl.PatternType;
import org.odradek.protocol.acl.ResourcePattern;
import org.odradek.protocol.acl.ResourceType;

/** The paths of all znodes of a cluster, relative to its chroot. */
public final class ZnodePaths {
  public static final String ACL = "/kafka-acl";
  public static final String ACL_CHANGES = "/kafka-acl-changes";
  public static final String ACL_EXTENDED = "/kafka-acl-extended";
  public static final String ACL_EXTENDED_CHANGES = "/kafka-acl-extended-changes";
  public static final String ACL_PREFIXED = "/kafka-acl-extended/prefixed";
  public static final String ADMIN = "/admin";
  public static final String DELETE_TOPICS = "/admin/delete_topics";
  public static final String REASSIGN_PARTITIONS = "/admin/reassign_partitions";
  public static final String PREFERRED_REPLICA_ELECTION = "/admin/preferred_replica_election";
  public static final String BROKERS = "/brokers";
  public static final String BROKER_IDS = "/brokers/ids";
  public static final String BROKER_SEQUENCE = "/brokers/seqid";
  public static final String TOPICS = "/brokers/topics";
  public static final String CLUSTER = "/cluster";
  public static final String CLUSTER_ID = "/cluster/id";
  public static final String CONFIG = "/config";
  public static final String CONFIG_CHANGES = "/config/changes";
  public static final String CONFIG_CHANGE_PREFIX = "/config/changes/config_change_";
  public static final String CONSUMERS = "/consumers";
  public static final String CONTROLLER = "/controller";
  public static final String CONTROLLER_EPOCH = "/controller_epoch";
  public static final String DELEGATION_TOKENS = "/delegation_token/tokens";
  public static final String DELEGATION_TOKEN_CHANGES = "/delegation_token/token_changes";
  public static final String DELEGATION_TOKEN_CHANGE_PREFIX =
      "/delegation_token/token_changes/token_change_";
  public static final String FEATURE = "/feature";
  public static final String ISR_CHANGES = "/isr_change_notification";
  public static final String ISR_CHANGE_PREFIX = "/isr_change_notification/isr_change_";
  public static final String LATEST_PRODUCER_ID_BLOCK = "/latest_producer_id_block";
  public static final String LOG_DIR_EVENTS = "/log_dir_event_notification";
  public static final String LOG_DIR_EVENT_PREFIX = "/log_dir_event_notification/log_dir_event_";

  /** The directory nodes that a starting broker makes, parents first; they hold null. */
  public static final List<String> PERSISTENT =
      List.of(
          CONSUMERS,
          BROKERS,
          BROKER_IDS,
          TOPICS,
          CONFIG,
          CONFIG_CHANGES,
          ADMIN,
          DELETE_TOPICS,
          BROKER_SEQUENCE,
          ISR_CHANGES,
          LATEST_PRODUCER_ID_BLOCK,
          LOG_DIR_EVENTS,
          "/config/topics",
          "/config/clients",
          "/config/users",
          "/config/brokers",
          "/config/ips",
          CLUSTER);

  private ZnodePaths() {}

  /** Where the rules of all patterns of a kind are. */
  public static String aclsOf(ResourceType type, PatternType patternType) {
    return (patternType == PatternType.PREFIXED ? ACL_PREFIXED : ACL) + "/" + type.znodeName();
  }

  public static String acls(ResourcePattern pattern) {
    return aclsOf(pattern.type(), pattern.patternType()) + "/" + pattern.name();
  }

  public static String broker(int brokerId) {
    return BROKER_IDS + "/" + brokerId;
  }

  public static String topic(String topic) {
    return TOPICS + "/" + topic;
  }

  public static String partitions(String topic) {
    return topic(topic) + "/partitions";
  }

  public static String partition(TopicPartition partition) {
    return partitions(partition.topic()) + "/" + partition.partition();
  }

  public static String partitionState(TopicPartition partition) {
    return partition(partition) + "/state";
  }

  /** The partition whose state node a path is; empty if it is another node. */
  public static Optional<TopicPartition> partitionOfState(String path) {
    String[] names = path.split("/", -1); // "", brokers, topics, x, partitions, N, state
    if (names.length != 7 || !path.startsWith(TOPICS + "/") || !names[6].equals("state")) {
      return Optional.empty();
    }
    try {
      return Optional.of(new TopicPartition(names[3], Integer.parseInt(names[5])));
    } catch (NumberFormatException e) {
      return Optional.empty(); // not one that the controller made
    }
  }

  public static String deleteTopic(String topic) {
    return DELETE_TOPICS + "/" + topic;
  }

  public static String config(ConfigEntity entity) {
    return CONFIG + "/" + entity.path();
  }

  public static String delegationToken(String tokenId) {
    return DELEGATION_TOKENS + "/" + tokenId;
  }

  /** The last element of a path: the topic of {@code /brokers/topics/x}. */
  public static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
