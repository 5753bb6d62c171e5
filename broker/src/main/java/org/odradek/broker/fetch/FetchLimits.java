package org.odradek.broker.fetch;

import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.record.DownConversion;
import org.odradek.storage.ReadIsolation;

/**
 * How much a fetch wants, how long it waits, and how far it may see.
 *
 * @param replicaId of a follower; -1 for consumers, -2 for debugging tools, which are consumers too
 * @param replicaEpoch of the registration of a follower's broker; -1 before version 15 (KIP-903)
 * @param maxBytes for all partitions together
 * @param rack of the consumer, empty if it names none (KIP-392)
 * @param magic the newest record format that the client understands
 */
record FetchLimits(
    short version,
    int replicaId,
    long replicaEpoch,
    int maxBytes,
    int minBytes,
    int maxWaitMs,
    ReadIsolation isolation,
    String rack,
    byte magic) {
  private static final short FIRST_VERSION_WITH_REPLICA_STATE = 15;
  private static final short FIRST_VERSION_FROM_FOLLOWERS = 11;
  private static final long NO_EPOCH = -1;

  static FetchLimits of(FetchRequest request, short version, int brokerMaxBytes) {
    // From version 15 on the replica id is in a tagged field (KIP-903).
    boolean hasState = version >= FIRST_VERSION_WITH_REPLICA_STATE;
    int replicaId = hasState ? request.replicaState().replicaId() : request.replicaId();
    ReadIsolation isolation = ReadIsolation.LOG_END;
    if (replicaId < 0) {
      isolation =
          request.isolationLevel() == 1 ? ReadIsolation.LAST_STABLE : ReadIsolation.HIGH_WATERMARK;
    }
    int maxBytes =
        version < 3 ? brokerMaxBytes : Math.max(0, Math.min(request.maxBytes(), brokerMaxBytes));
    return new FetchLimits(
        version,
        replicaId,
        hasState ? request.replicaState().replicaEpoch() : NO_EPOCH,
        maxBytes,
        Math.min(request.minBytes(), maxBytes),
        request.maxWaitMs(),
        isolation,
        request.rackId(),
        DownConversion.magicOfFetchVersion(version));
  }

  /** Whether a follower asks, to replicate. */
  boolean fromFollower() {
    return replicaId >= 0;
  }

  /** Whether a replica that does not lead may answer too (KIP-392). */
  boolean anyReplica() {
    return !fromFollower() && version >= FIRST_VERSION_FROM_FOLLOWERS;
  }

  /** From version 3 on there is a limit for the whole response (KIP-74). */
  boolean hasTotalLimit() {
    return version >= 3;
  }
}
