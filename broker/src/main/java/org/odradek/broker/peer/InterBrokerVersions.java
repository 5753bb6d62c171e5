package org.odradek.broker.peer;

import org.odradek.broker.config.KafkaVersion;
import org.odradek.protocol.ApiKey;

/**
 * In which versions brokers of one {@code inter.broker.protocol.version} speak to each other, as
 * Kafka's own do. {@link #NOT_USED} stands for an API that brokers of that version do without.
 *
 * @param fetch from 12 (2.7-IV1) on a fetch tells of diverging epochs itself; from 13 (3.1-IV0) on
 *     it goes by topic ids, where all topics of the fetch have one, and is made in version 12 where
 *     not
 * @param offsetForLeaderEpoch followers ask by it where they truncate, below 2.7-IV1
 * @param listOffsets asked by a follower whose fetch offset is out of range
 * @param alterPartition not used below 2.7-IV2, where leaders write the ISR into ZooKeeper; version
 *     1 tells of leader recovery, 2 goes by topic ids, 3 has the broker epochs of the new ISR
 * @param allocateProducerIds not used below 3.0-IV0, where brokers take blocks from ZooKeeper
 */
public record InterBrokerVersions(
    short fetch,
    short offsetForLeaderEpoch,
    short listOffsets,
    short leaderAndIsr,
    short stopReplica,
    short updateMetadata,
    short controlledShutdown,
    short alterPartition,
    short allocateProducerIds,
    short writeTxnMarkers) {
  public static final short NOT_USED = -1;

  /** The oldest version of which all is known here. */
  public static final String OLDEST = "2.4-IV0";

  /**
   * The versions of a protocol version in any form that the configuration takes.
   *
   * @throws IllegalArgumentException when it is older than {@link #OLDEST}, or no version at all
   */
  public static InterBrokerVersions of(String protocolVersion) {
    Since since = new Since(protocolVersion);
    if (!since.version(OLDEST)) {
      throw new IllegalArgumentException(
          "inter.broker.protocol.version is " + protocolVersion + ", older than " + OLDEST);
    }
    return new InterBrokerVersions(
        since.pick(
            11, "2.7-IV1", 12, "3.1-IV0", 13, "3.5-IV0", 14, "3.5-IV1", 15, "3.7-IV4", 16,
            "3.9-IV0", 17),
        since.pick(3, "2.8-IV0", 4),
        since.pick(5, "2.8-IV0", 6, "3.0-IV1", 7, "3.5-IV0", 8, "3.9-IV0", 9),
        since.pick(3, "2.4-IV1", 4, "2.8-IV1", 5, "3.2-IV0", 6, "3.4-IV0", 7),
        since.pick(1, "2.4-IV1", 2, "2.6-IV0", 3, "3.4-IV0", 4),
        since.pick(5, "2.4-IV1", 6, "2.8-IV1", 7, "3.4-IV0", 8),
        since.pick(2, "2.4-IV1", 3),
        since.pick(NOT_USED, "2.7-IV2", 0, "3.2-IV0", 1, "3.3-IV0", 2, "3.5-IV1", 3),
        since.pick(NOT_USED, "3.0-IV0", 0),
        since.pick(0, "2.8-IV0", 1));
  }

  /**
   * The version of one API.
   *
   * @throws IllegalArgumentException for an API that brokers do not use among themselves
   */
  public short version(ApiKey apiKey) {
    return switch (apiKey) {
      case FETCH -> fetch;
      case OFFSET_FOR_LEADER_EPOCH -> offsetForLeaderEpoch;
      case LIST_OFFSETS -> listOffsets;
      case LEADER_AND_ISR -> leaderAndIsr;
      case STOP_REPLICA -> stopReplica;
      case UPDATE_METADATA -> updateMetadata;
      case CONTROLLED_SHUTDOWN -> controlledShutdown;
      case ALTER_PARTITION -> alterPartition;
      case ALLOCATE_PRODUCER_IDS -> allocateProducerIds;
      case WRITE_TXN_MARKERS -> writeTxnMarkers;
      default -> throw new IllegalArgumentException(apiKey + " is not used between brokers");
    };
  }

  /** Whether the ISR is changed by asking the controller, and not straight in ZooKeeper. */
  public boolean usesAlterPartition() {
    return alterPartition != NOT_USED;
  }

  /** Whether topics have ids (KIP-516): since 2.8-IV0, like the version of the epoch requests. */
  public boolean usesTopicIds() {
    return offsetForLeaderEpoch >= 4;
  }

  /** Whether followers learn from the fetch itself where they must truncate (KIP-595). */
  public boolean truncatesOnFetch() {
    return fetch >= 12;
  }

  /** Reads what came with which protocol version. */
  private record Since(String protocolVersion) {
    boolean version(String name) {
      return KafkaVersion.isAtLeast(protocolVersion, name);
    }

    /**
     * @param steps a protocol version and the API version that it brought, and so on, ascending
     */
    short pick(int first, Object... steps) {
      int version = first;
      for (int i = 0; i < steps.length; i += 2) {
        if (version((String) steps[i])) {
          version = (Integer) steps[i + 1];
        }
      }
      return (short) version;
    }
  }
}
