package org.odradek.protocol.acl;

import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What rules are about; {@link #ANY} is for filters. */
public enum ResourceType {
  ANY(1, "Any"),
  TOPIC(
      2,
      "Topic",
      AclOperation.READ,
      AclOperation.WRITE,
      AclOperation.CREATE,
      AclOperation.DESCRIBE,
      AclOperation.DELETE,
      AclOperation.ALTER,
      AclOperation.DESCRIBE_CONFIGS,
      AclOperation.ALTER_CONFIGS),
  GROUP(3, "Group", AclOperation.READ, AclOperation.DESCRIBE, AclOperation.DELETE),
  CLUSTER(
      4,
      "Cluster",
      AclOperation.CREATE,
      AclOperation.CLUSTER_ACTION,
      AclOperation.DESCRIBE_CONFIGS,
      AclOperation.ALTER_CONFIGS,
      AclOperation.IDEMPOTENT_WRITE,
      AclOperation.ALTER,
      AclOperation.DESCRIBE),
  TRANSACTIONAL_ID(5, "TransactionalId", AclOperation.DESCRIBE, AclOperation.WRITE),
  DELEGATION_TOKEN(6, "DelegationToken", AclOperation.DESCRIBE),
  /** KIP-373; rules about users came with Kafka 3.3. */
  USER(7, "User", AclOperation.CREATE_TOKENS, AclOperation.DESCRIBE_TOKENS);

  /** Those that rules can be made for. */
  public static final List<ResourceType> CONCRETE =
      List.of(CLUSTER, DELEGATION_TOKEN, GROUP, TOPIC, TRANSACTIONAL_ID, USER);

  /** The one name that a resource of type {@link #CLUSTER} has. */
  public static final String CLUSTER_NAME = "kafka-cluster";

  private final byte code;
  private final String znodeName;
  private final Set<AclOperation> operations;

  ResourceType(int code, String znodeName, AclOperation... operations) {
    this.code = (byte) code;
    this.znodeName = znodeName;
    Set<AclOperation> all = EnumSet.noneOf(AclOperation.class);
    Collections.addAll(all, operations);
    this.operations = Collections.unmodifiableSet(all);
  }

  public byte code() {
    return code;
  }

  /** As in znodes and in the log of denials. */
  public String znodeName() {
    return znodeName;
  }

  /** What can be done to a resource of this type; {@link AclOperation#ALL} can stand for it. */
  public Set<AclOperation> operations() {
    return operations;
  }

  /** Null for a number that is not known; 0 is Kafka's "unknown". */
  public static @Nullable ResourceType ofCode(byte code) {
    for (ResourceType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    return null;
  }

  /** Null for a name that is not known; upper and lower case are alike, as for Kafka. */
  public static @Nullable ResourceType ofZnodeName(String name) {
    for (ResourceType type : values()) {
      if (type.znodeName.equalsIgnoreCase(name)) {
        return type;
      }
    }
    return null;
  }
}
