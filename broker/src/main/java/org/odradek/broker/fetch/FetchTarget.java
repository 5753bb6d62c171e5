package org.odradek.broker.fetch;

import org.odradek.protocol.Uuid;

/**
 * A partition to fetch from, as a request names it.
 *
 * @param topic empty from version 13 on
 * @param topicId {@link Uuid#ZERO} before version 13
 * @param currentLeaderEpoch what the client believes, -1 if it does not say (KIP-320)
 * @param lastFetchedEpoch the epoch of the record before {@code fetchOffset}, -1 if it does not say
 *     (KIP-595)
 * @param followerLogStart where the log of a follower begins; -1 from consumers
 */
record FetchTarget(
    String topic,
    Uuid topicId,
    int partition,
    long fetchOffset,
    int maxBytes,
    int currentLeaderEpoch,
    int lastFetchedEpoch,
    long followerLogStart) {

  /** What identifies a partition in a session. */
  record Key(String topic, Uuid topicId, int partition) {}

  Key key() {
    return new Key(topic, topicId, partition);
  }
}
