package org.odradek.broker.replication;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchRequest.FetchPartition;
import org.odradek.protocol.message.FetchRequest.FetchTopic;
import org.odradek.protocol.message.FetchRequest.ForgottenTopic;
import org.odradek.protocol.message.FetchResponse;

/**
 * The follower's end of a fetch session (KIP-227): knows what the leader remembers, so that a
 * request names only what changed.
 *
 * <p>Thread-safety: confined to the fetcher.
 */
final class FollowerFetchSession {
  private static final int INITIAL_EPOCH = 0;
  private static final int NO_ID = 0;

  /**
   * What a fetch says of one partition.
   *
   * @param topicId {@link Uuid#ZERO} if the topic has none
   */
  record Position(
      Uuid topicId,
      long fetchOffset,
      int leaderEpoch,
      int lastFetchedEpoch,
      long logStartOffset,
      int maxBytes) {}

  /** A topic that was deleted and made again is another topic of the same name. */
  private record TopicKey(String name, Uuid id) {}

  private final Map<TopicPartition, Position> wanted = new LinkedHashMap<>();
  private final Set<TopicPartition> changed = new LinkedHashSet<>();

  /** The number of the request that told of the position that is wanted. */
  private final Map<TopicPartition, Integer> toldIn = new HashMap<>();

  private final Map<TopicPartition, Uuid> forgotten = new LinkedHashMap<>();
  private final Map<Uuid, String> topicNames = new HashMap<>();
  private int withoutTopicId;
  private int id = NO_ID;
  private int epoch = INITIAL_EPOCH;
  private int generation;
  private int requests;
  private boolean byTopicId;

  /** Fetches the partition from now on, from this position. */
  void put(TopicPartition partition, Position position) {
    Position before = wanted.put(partition, position);
    if (position.equals(before)) {
      return;
    }
    if (before != null && !before.topicId.equals(position.topicId)) {
      // To the leader that is another partition.
      remove(partition);
      wanted.put(partition, position);
      before = null;
    }
    if (before == null) {
      if (position.topicId.equals(Uuid.ZERO)) {
        withoutTopicId++;
      } else {
        topicNames.put(position.topicId, partition.topic());
      }
    }
    changed.add(partition);
  }

  /** Does not fetch the partition any more. */
  void remove(TopicPartition partition) {
    Position before = wanted.remove(partition);
    if (before == null) {
      return;
    }
    changed.remove(partition);
    toldIn.remove(partition);
    forgotten.put(partition, before.topicId);
    if (before.topicId.equals(Uuid.ZERO)) {
      withoutTopicId--;
    }
  }

  /**
   * What a request asked for of a partition; null if it is not fetched any more, or a later request
   * has told of another position.
   *
   * @param request its number, from {@link #fill}
   */
  @Nullable Position position(TopicPartition partition, int request) {
    return toldIn.getOrDefault(partition, Integer.MAX_VALUE) <= request
        ? wanted.get(partition)
        : null;
  }

  /** Takes the next turn behind the others, where the leader does not see to that. */
  void moveToEnd(TopicPartition partition) {
    Position position = wanted.remove(partition);
    if (position != null) {
      wanted.put(partition, position);
    }
  }

  /** Whether there is something to fetch that the leader has not been told of. */
  boolean hasAdditions() {
    return !changed.isEmpty();
  }

  boolean isEmpty() {
    return wanted.isEmpty();
  }

  /** The version to ask in: by topic ids only if all topics have one. */
  short version(short highest) {
    return highest >= 13 && withoutTopicId > 0 ? 12 : highest;
  }

  /** The name of the topic that an answer in this version tells of; null if none was asked for. */
  @Nullable String topicName(String name, Uuid topicId, short version) {
    return version >= 13 ? topicNames.get(topicId) : name;
  }

  /**
   * Fills in session and partitions.
   *
   * @param ahead how many requests of this session are under way, whose answers will come before
   * @return the number of the request
   */
  int fill(FetchRequest request, short version, int ahead) {
    boolean idsWanted = version >= 13;
    if (idsWanted != byTopicId) {
      restart();
      byTopicId = idsWanted;
    }
    request.sessionId(id).sessionEpoch(ahead == 0 ? epoch : next(epoch));
    requests++;
    Set<TopicPartition> told = epoch == INITIAL_EPOCH ? wanted.keySet() : changed;
    told.forEach(partition -> toldIn.put(partition, requests));
    request.topics(topics(told));
    if (epoch != INITIAL_EPOCH) {
      request.forgottenTopicsData(forgottenTopics(idsWanted));
    }
    changed.clear();
    forgotten.clear();
    return requests;
  }

  private List<FetchTopic> topics(Collection<TopicPartition> partitions) {
    Map<TopicKey, FetchTopic> topics = new LinkedHashMap<>();
    for (TopicPartition partition : partitions) {
      Position position = wanted.get(partition);
      if (position == null) {
        throw new IllegalStateException(partition + " has changed, but is not fetched");
      }
      topics
          .computeIfAbsent(
              new TopicKey(partition.topic(), position.topicId),
              key -> new FetchTopic().topic(key.name).topicId(key.id).partitions(new ArrayList<>()))
          .partitions()
          .add(
              new FetchPartition()
                  .partition(partition.partition())
                  .currentLeaderEpoch(position.leaderEpoch)
                  .fetchOffset(position.fetchOffset)
                  .lastFetchedEpoch(position.lastFetchedEpoch)
                  .logStartOffset(position.logStartOffset)
                  .partitionMaxBytes(position.maxBytes));
    }
    return List.copyOf(topics.values());
  }

  /**
   * @param byId whether the request tells topics by id. By name, a topic that was made again is the
   *     same to the leader, who takes in what is added first, and would then forget it
   */
  private List<ForgottenTopic> forgottenTopics(boolean byId) {
    Map<TopicKey, ForgottenTopic> topics = new LinkedHashMap<>();
    forgotten.forEach((partition, topicId) -> {
      Position now = wanted.get(partition);
      if (now == null || (byId && !now.topicId.equals(topicId))) {
        topics
            .computeIfAbsent(
                new TopicKey(partition.topic(), topicId),
                key ->
                    new ForgottenTopic()
                        .topic(key.name)
                        .topicId(key.id)
                        .partitions(new ArrayList<>()))
            .partitions()
            .add(partition.partition());
      }
    });
    return List.copyOf(topics.values());
  }

  /**
   * Takes in how the leader sees the session.
   *
   * @return whether the answer tells of partitions; if not, the next request begins anew
   */
  boolean answered(FetchResponse response) {
    if (response.errorCode() != ErrorCode.NONE.code()) {
      if (response.errorCode() == ErrorCode.FETCH_SESSION_ID_NOT_FOUND.code()) {
        id = NO_ID;
      }
      restart();
      return false;
    }
    if (response.sessionId() == NO_ID) {
      // The leader has no room for a session: on with full fetches.
      id = NO_ID;
      restart();
      return true;
    }
    id = response.sessionId();
    epoch = next(epoch);
    return true;
  }

  private static int next(int epoch) {
    return epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
  }

  /** There was no answer, or one of no use: what the leader knows is not known. */
  void failed() {
    restart();
  }

  /**
   * Changes whenever the session begins anew: answers to what was asked before are of no use then.
   */
  int generation() {
    return generation;
  }

  /**
   * Whether the leader knows this session, so that another request may follow the one under way.
   */
  boolean isIncremental() {
    return epoch != INITIAL_EPOCH;
  }

  /** The next fetch is a full one, which also ends the session that has an id. */
  private void restart() {
    epoch = INITIAL_EPOCH;
    generation++;
    changed.clear();
    forgotten.clear();
    topicNames.clear();
    wanted.forEach((partition, position) -> {
      if (!position.topicId.equals(Uuid.ZERO)) {
        topicNames.put(position.topicId, partition.topic());
      }
    });
  }
}
