package org.odradek.broker.fetch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchRequest.FetchPartition;
import org.odradek.protocol.message.FetchRequest.FetchTopic;
import org.odradek.protocol.message.FetchRequest.ForgottenTopic;

/**
 * The fetch sessions of all clients, at most a fixed number of them. When there is no room, a
 * session that was idle for two minutes gives way; else the client gets none, and goes on with full
 * fetches.
 *
 * <p>Thread-safe.
 */
public final class FetchSessions {
  private static final long EVICTABLE_AFTER_IDLE_MS = 120_000;
  private static final short FIRST_VERSION_WITH_SESSIONS = 7;

  private final int maxSessions;
  private final LongSupplier clockMs;
  private final IntSupplier randomIds;
  private final ConcurrentHashMap<Integer, FetchSession> sessions = new ConcurrentHashMap<>();

  /**
   * @param maxSessions {@code max.incremental.fetch.session.cache.slots}
   * @param clockMs for idle times
   * @param randomIds any numbers, not to be guessed easily
   */
  public FetchSessions(int maxSessions, LongSupplier clockMs, IntSupplier randomIds) {
    this.maxSessions = maxSessions;
    this.clockMs = clockMs;
    this.randomIds = randomIds;
  }

  /**
   * What one request fetches, within its session if it has one.
   *
   * @param session null for a fetch without a session
   * @param incremental whether only what is new is answered
   * @param epoch the session's when the request was taken in
   */
  record Scope(
      List<FetchTarget> targets, @Nullable FetchSession session, boolean incremental, int epoch) {
    Scope(List<FetchTarget> targets, @Nullable FetchSession session, boolean incremental) {
      this(targets, session, incremental, session == null ? 0 : session.lastEpoch());
    }

    int sessionId() {
      return session == null ? 0 : session.id();
    }
  }

  int size() {
    return sessions.size();
  }

  /**
   * Finds, opens, changes or ends a session, as the request wants.
   *
   * @throws ApiException FETCH_SESSION_ID_NOT_FOUND, INVALID_FETCH_SESSION_EPOCH or
   *     FETCH_SESSION_TOPIC_ID_ERROR
   */
  Scope open(FetchRequest request, short version) {
    List<FetchTarget> targets = targets(request, version);
    int epoch = request.sessionEpoch();
    if (version < FIRST_VERSION_WITH_SESSIONS) {
      return new Scope(targets, null, false);
    }
    if (epoch == FetchSession.FINAL_EPOCH || epoch == FetchSession.INITIAL_EPOCH) {
      sessions.remove(request.sessionId());
      boolean wanted = epoch == FetchSession.INITIAL_EPOCH && !targets.isEmpty();
      return new Scope(targets, wanted ? create(targets, version >= 13) : null, false);
    }
    return incremental(request, targets, version >= 13);
  }

  /**
   * A fetch is answered with nothing but a throttle time. A session that it opened does not begin
   * so: its first response has to tell of all partitions.
   *
   * @return the session's id for the response
   */
  int throttled(Scope scope) {
    FetchSession session = scope.session();
    if (session == null || scope.incremental()) {
      return scope.sessionId();
    }
    sessions.remove(session.id(), session);
    return 0;
  }

  private Scope incremental(FetchRequest request, List<FetchTarget> changed, boolean withTopicIds) {
    FetchSession session = sessions.get(request.sessionId());
    if (session == null) {
      throw new ApiException(
          ErrorCode.FETCH_SESSION_ID_NOT_FOUND, "No session " + request.sessionId());
    }
    ErrorCode refused =
        session.update(
            request.sessionEpoch(),
            withTopicIds,
            changed,
            forgotten(request, withTopicIds),
            clockMs.getAsLong());
    if (refused != ErrorCode.NONE) {
      throw new ApiException(
          refused, "Session " + session.id() + ", epoch " + request.sessionEpoch());
    }
    session.endWait();
    if (session.isEmpty()) {
      sessions.remove(session.id(), session);
      return new Scope(List.of(), null, false);
    }
    return new Scope(session.targets(), session, true);
  }

  private synchronized @Nullable FetchSession create(
      List<FetchTarget> targets, boolean withTopicIds) {
    long nowMs = clockMs.getAsLong();
    if (sessions.size() >= maxSessions && !evictOne(nowMs)) {
      return null;
    }
    int id;
    do {
      id = randomIds.getAsInt() & Integer.MAX_VALUE;
    } while (id == 0 || sessions.containsKey(id));
    FetchSession session = new FetchSession(id, withTopicIds, targets, nowMs);
    sessions.put(id, session);
    return session;
  }

  private boolean evictOne(long nowMs) {
    FetchSession oldest =
        sessions.values().stream()
            .min(Comparator.comparingLong(FetchSession::lastUsedMs))
            .orElse(null);
    return oldest != null
        && nowMs - oldest.lastUsedMs() > EVICTABLE_AFTER_IDLE_MS
        && sessions.remove(oldest.id(), oldest);
  }

  private static List<FetchTarget> targets(FetchRequest request, short version) {
    List<FetchTarget> targets = new ArrayList<>();
    for (FetchTopic topic : request.topics()) {
      for (FetchPartition partition : topic.partitions()) {
        targets.add(
            new FetchTarget(
                version >= 13 ? "" : topic.topic(),
                version >= 13 ? topic.topicId() : Uuid.ZERO,
                partition.partition(),
                partition.fetchOffset(),
                partition.partitionMaxBytes(),
                partition.currentLeaderEpoch(),
                partition.lastFetchedEpoch(),
                partition.logStartOffset()));
      }
    }
    return targets;
  }

  private static List<FetchTarget.Key> forgotten(FetchRequest request, boolean withTopicIds) {
    List<FetchTarget.Key> keys = new ArrayList<>();
    for (ForgottenTopic topic : request.forgottenTopicsData()) {
      for (int partition : topic.partitions()) {
        keys.add(
            new FetchTarget.Key(
                withTopicIds ? "" : topic.topic(),
                withTopicIds ? topic.topicId() : Uuid.ZERO,
                partition));
      }
    }
    return keys;
  }
}
