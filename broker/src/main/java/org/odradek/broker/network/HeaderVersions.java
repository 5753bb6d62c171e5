package org.odradek.broker.network;

import org.odradek.protocol.ApiKey;

/** Which header goes with which version of an API. */
final class HeaderVersions {
  private static final short NEVER = Short.MAX_VALUE;

  private HeaderVersions() {}

  /** 0 without a client id, 1 with one, 2 with tagged fields besides (KIP-482). */
  static short request(ApiKey key, short version) {
    if (key == ApiKey.CONTROLLED_SHUTDOWN && version == 0) {
      return 0;
    }
    return (short) (version >= firstFlexibleVersion(key) ? 2 : 1);
  }

  /**
   * 1 with tagged fields, 0 without. ApiVersions never has them: a client reads the answer before
   * it knows whether the broker understood the version it asked in.
   */
  static short response(ApiKey key, short version) {
    return (short) (key != ApiKey.API_VERSIONS && version >= firstFlexibleVersion(key) ? 1 : 0);
  }

  private static short firstFlexibleVersion(ApiKey key) {
    return switch (key) {
      case SASL_HANDSHAKE, OFFSET_DELETE -> NEVER;
      case PRODUCE, METADATA -> 9;
      case FETCH -> 12;
      case OFFSET_COMMIT -> 8;
      case LIST_OFFSETS, OFFSET_FETCH, JOIN_GROUP, UPDATE_METADATA -> 6;
      case CREATE_TOPICS, DESCRIBE_GROUPS -> 5;
      case LEADER_AND_ISR,
          HEARTBEAT,
          LEAVE_GROUP,
          SYNC_GROUP,
          DELETE_TOPICS,
          OFFSET_FOR_LEADER_EPOCH,
          DESCRIBE_CONFIGS ->
          4;
      case CONTROLLED_SHUTDOWN,
          FIND_COORDINATOR,
          LIST_GROUPS,
          API_VERSIONS,
          ADD_PARTITIONS_TO_TXN,
          ADD_OFFSETS_TO_TXN,
          END_TXN,
          TXN_OFFSET_COMMIT ->
          3;
      case STOP_REPLICA,
          DELETE_RECORDS,
          INIT_PRODUCER_ID,
          DESCRIBE_ACLS,
          CREATE_ACLS,
          DELETE_ACLS,
          ALTER_CONFIGS,
          ALTER_REPLICA_LOG_DIRS,
          DESCRIBE_LOG_DIRS,
          SASL_AUTHENTICATE,
          CREATE_PARTITIONS,
          CREATE_DELEGATION_TOKEN,
          RENEW_DELEGATION_TOKEN,
          EXPIRE_DELEGATION_TOKEN,
          DESCRIBE_DELEGATION_TOKEN,
          DELETE_GROUPS,
          ELECT_LEADERS ->
          2;
      case WRITE_TXN_MARKERS,
          INCREMENTAL_ALTER_CONFIGS,
          DESCRIBE_CLIENT_QUOTAS,
          ALTER_CLIENT_QUOTAS ->
          1;
      // all that came after KIP-482
      default -> 0;
    };
  }
}
