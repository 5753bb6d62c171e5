package org.odradek.protocol.acl;

import org.jspecify.annotations.Nullable;

/** What is done to a resource. {@link #ANY} is for filters, {@link #ALL} for rules. */
public enum AclOperation {
  ANY(1, "Any"),
  ALL(2, "All"),
  READ(3, "Read"),
  WRITE(4, "Write"),
  CREATE(5, "Create"),
  DELETE(6, "Delete"),
  ALTER(7, "Alter"),
  DESCRIBE(8, "Describe"),
  CLUSTER_ACTION(9, "ClusterAction"),
  DESCRIBE_CONFIGS(10, "DescribeConfigs"),
  ALTER_CONFIGS(11, "AlterConfigs"),
  IDEMPOTENT_WRITE(12, "IdempotentWrite"),
  CREATE_TOKENS(13, "CreateTokens"),
  DESCRIBE_TOKENS(14, "DescribeTokens"),
  TWO_PHASE_COMMIT(15, "TwoPhaseCommit");

  private final byte code;
  private final String znodeName;

  AclOperation(int code, String znodeName) {
    this.code = (byte) code;
    this.znodeName = znodeName;
  }

  /** The number on the wire; the bit of KIP-430 is {@code 1 << code}. */
  public byte code() {
    return code;
  }

  /** As in znodes and in the log of denials. */
  public String znodeName() {
    return znodeName;
  }

  /** Null for a number that is not known; 0 is Kafka's "unknown". */
  public static @Nullable AclOperation ofCode(byte code) {
    for (AclOperation operation : values()) {
      if (operation.code == code) {
        return operation;
      }
    }
    return null;
  }

  /** Null for a name that is not known; upper and lower case are alike, as for Kafka. */
  public static @Nullable AclOperation ofZnodeName(String name) {
    for (AclOperation operation : values()) {
      if (operation.znodeName.equalsIgnoreCase(name)) {
        return operation;
      }
    }
    return null;
  }
}
