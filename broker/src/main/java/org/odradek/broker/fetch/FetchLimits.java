package org.odradek.broker.fetch;

import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.record.DownConversion;
import org.odradek.storage.ReadIsolation;

/**
 * How much a fetch wants, how long it waits, and how far it may see.
 *
 * @param replicaId of a follower; -1 for consumers, -2 for debugging tools
 * @param maxBytes for all partitions together
 * @param magic the newest record format that the client understands
 */
record FetchLimits(
    short version,
    int replicaId,
    int maxBytes,
    int minBytes,
    int maxWaitMs,
    ReadIsolation isolation,
    byte magic) {
  private static final int CONSUMER = -1;

  static FetchLimits of(FetchRequest request, short version, int brokerMaxBytes) {
    // From version 15 on the replica id is in a tagged field (KIP-903).
    int replicaId = version >= 15 ? request.replicaState().replicaId() : request.replicaId();
    ReadIsolation isolation = ReadIsolation.LOG_END;
    if (replicaId == CONSUMER) {
      isolation =
          request.isolationLevel() == 1 ? ReadIsolation.LAST_STABLE : ReadIsolation.HIGH_WATERMARK;
    }
    int maxBytes =
        version < 3 ? brokerMaxBytes : Math.max(0, Math.min(request.maxBytes(), brokerMaxBytes));
    return new FetchLimits(
        version,
        replicaId,
        maxBytes,
        Math.min(request.minBytes(), maxBytes),
        request.maxWaitMs(),
        isolation,
        DownConversion.magicOfFetchVersion(version));
  }

  /** From version 3 on there is a limit for the whole response (KIP-74). */
  boolean hasTotalLimit() {
    return version >= 3;
  }
}
