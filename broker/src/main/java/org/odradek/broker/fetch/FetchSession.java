package org.odradek.broker.fetch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.RecordsPayload;
import org.odradek.protocol.message.FetchResponse.PartitionData;

/**
 * What a client fetches again and again, remembered so that it need not be repeated (KIP-227): the
 * request names only what changed, and so does the response.
 *
 * <p>Thread-safe; a well-behaved client has one request of a session in flight at a time.
 */
final class FetchSession {
  /** Sent instead of an epoch: a full fetch that opens a session. */
  static final int INITIAL_EPOCH = 0;

  /** Sent instead of an epoch: a full fetch without a session, which ends one that is named. */
  static final int FINAL_EPOCH = -1;

  private static final int FIRST_INCREMENTAL_EPOCH = 1;

  /** A partition with what was last answered about it. */
  private static final class Entry {
    FetchTarget target;
    long highWatermark = -1;
    long logStartOffset = -1;

    Entry(FetchTarget target) {
      this.target = target;
    }
  }

  private final int id;
  private final boolean usesTopicIds;
  private final Map<FetchTarget.Key, Entry> entries = new LinkedHashMap<>();
  private int expectedEpoch = FIRST_INCREMENTAL_EPOCH;
  private @Nullable Runnable endWait;
  private volatile long lastUsedMs;

  FetchSession(int id, boolean usesTopicIds, Collection<FetchTarget> targets, long nowMs) {
    this.id = id;
    this.usesTopicIds = usesTopicIds;
    this.lastUsedMs = nowMs;
    for (FetchTarget target : targets) {
      entries.put(target.key(), new Entry(target));
    }
  }

  int id() {
    return id;
  }

  long lastUsedMs() {
    return lastUsedMs;
  }

  /**
   * Takes in what an incremental request changes.
   *
   * @return the error for the request, NONE if it fits
   */
  synchronized ErrorCode update(
      int epoch,
      boolean withTopicIds,
      Collection<FetchTarget> changed,
      Collection<FetchTarget.Key> forgotten,
      long nowMs) {
    if (withTopicIds != usesTopicIds) {
      return ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR;
    }
    if (epoch != expectedEpoch) {
      return ErrorCode.INVALID_FETCH_SESSION_EPOCH;
    }
    expectedEpoch = epoch == Integer.MAX_VALUE ? FIRST_INCREMENTAL_EPOCH : epoch + 1;
    lastUsedMs = nowMs;
    for (FetchTarget target : changed) {
      Entry known = entries.get(target.key());
      if (known == null) {
        entries.put(target.key(), new Entry(target));
      } else {
        known.target = target;
      }
    }
    forgotten.forEach(entries::remove);
    return ErrorCode.NONE;
  }

  /** In the order in which they are served: those that got records last come last. */
  synchronized List<FetchTarget> targets() {
    List<FetchTarget> targets = new ArrayList<>(entries.size());
    for (Entry entry : entries.values()) {
      targets.add(entry.target);
    }
    return targets;
  }

  /**
   * Whether the answer about a partition has to go out, as it has records, an error, or something
   * new; remembers what it says.
   *
   * @param always for the first response of the session
   */
  synchronized boolean answers(FetchTarget.Key key, PartitionData data, boolean always) {
    Entry entry = entries.get(key);
    if (entry == null) {
      return true;
    }
    RecordsPayload records = data.records();
    boolean hasRecords = records != null && records.sizeInBytes() > 0;
    boolean failed = data.errorCode() != ErrorCode.NONE.code();
    boolean news =
        entry.highWatermark != data.highWatermark()
            || entry.logStartOffset != data.logStartOffset()
            || data.divergingEpoch().epoch() >= 0
            || data.preferredReadReplica() >= 0;
    // After an error the partition is answered again even if nothing else has changed.
    entry.highWatermark = failed ? -1 : data.highWatermark();
    entry.logStartOffset = data.logStartOffset();
    if (hasRecords) {
      entries.remove(key);
      entries.put(key, entry);
    }
    return always || hasRecords || failed || news;
  }

  /** Whether the client was told of a lower high watermark than there is. */
  synchronized boolean lacksWatermark(FetchTarget.Key key, long highWatermark) {
    Entry entry = entries.get(key);
    return entry != null && entry.highWatermark < highWatermark;
  }

  /** The number of the request that was taken in last. */
  synchronized int lastEpoch() {
    return expectedEpoch;
  }

  /**
   * A request of this session begins to wait for records. It is ended when the next one comes, from
   * a follower that has something to add: at once if that is here already.
   *
   * @param epoch {@link #lastEpoch} when the request was taken in
   */
  void waits(int epoch, Runnable end) {
    synchronized (this) {
      if (epoch == expectedEpoch) {
        endWait = end;
        return;
      }
    }
    end.run();
  }

  /** Ends the wait of the request before, if it waits. */
  void endWait() {
    Runnable end;
    synchronized (this) {
      end = endWait;
      endWait = null;
    }
    if (end != null) {
      end.run();
    }
  }

  synchronized boolean isEmpty() {
    return entries.isEmpty();
  }
}
