package org.odradek.broker.group;

import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.TopicPartition;

/**
 * The offsets of one group: those that the log has acknowledged, those on their way, and those of
 * transactions that have not ended. Confined to the owner of the group.
 *
 * <p>An offset becomes visible when its append is acknowledged. Acknowledgements may overtake each
 * other; the one that is later in the log wins.
 */
final class GroupOffsets {

  /** A committed offset and where in the log it stands. */
  record Stored(CommittedOffset committed, long logOffset) {}

  private final Map<TopicPartition, Stored> stored = new LinkedHashMap<>();

  /** By identity: two commits of the same position are two appends. */
  private final Map<TopicPartition, Set<CommittedOffset>> onTheWay = new HashMap<>();

  private final Map<Long, Map<TopicPartition, Stored>> transactional = new HashMap<>();

  boolean isEmpty() {
    return stored.isEmpty() && onTheWay.isEmpty() && transactional.isEmpty();
  }

  @Nullable CommittedOffset find(TopicPartition partition) {
    Stored found = stored.get(partition);
    return found == null ? null : found.committed();
  }

  Collection<TopicPartition> partitions() {
    return Collections.unmodifiableCollection(stored.keySet());
  }

  /** A copy: those that are stored, and those on their way, which will be unless removed. */
  Set<TopicPartition> partitionsWithOnTheWay() {
    Set<TopicPartition> all = new LinkedHashSet<>(stored.keySet());
    all.addAll(onTheWay.keySet());
    return all;
  }

  int size() {
    return stored.size();
  }

  boolean isOnTheWay(TopicPartition partition) {
    return onTheWay.containsKey(partition);
  }

  /**
   * Whether another offset may be about to take this one's place: a commit is on its way, or a
   * transaction that has not ended holds one (KIP-447).
   */
  boolean isUnstable(TopicPartition partition) {
    if (onTheWay.containsKey(partition)) {
      return true;
    }
    for (Map<TopicPartition, Stored> offsets : transactional.values()) {
      if (offsets.containsKey(partition)) {
        return true;
      }
    }
    return false;
  }

  void appending(TopicPartition partition, CommittedOffset offset) {
    onTheWay
        .computeIfAbsent(partition, key -> Collections.newSetFromMap(new IdentityHashMap<>()))
        .add(offset);
  }

  void acknowledged(TopicPartition partition, CommittedOffset offset, long logOffset) {
    // A deletion in between took the commit off the way: it comes later in the log, so it wins.
    if (removeOnTheWay(partition, offset)) {
      Stored before = stored.get(partition);
      if (before == null || before.logOffset() < logOffset) {
        stored.put(partition, new Stored(offset, logOffset));
      }
    }
  }

  void failed(TopicPartition partition, CommittedOffset offset) {
    removeOnTheWay(partition, offset);
  }

  private boolean removeOnTheWay(TopicPartition partition, CommittedOffset offset) {
    Set<CommittedOffset> offsets = onTheWay.get(partition);
    if (offsets == null || !offsets.remove(offset)) {
      return false;
    }
    if (offsets.isEmpty()) {
      onTheWay.remove(partition);
    }
    return true;
  }

  /** Forgets the offset, also one on the way; returns whether there was anything. */
  boolean remove(TopicPartition partition) {
    boolean wasOnTheWay = onTheWay.remove(partition) != null;
    boolean wasStored = stored.remove(partition) != null;
    transactional.values().forEach(offsets -> offsets.remove(partition));
    transactional.values().removeIf(Map::isEmpty);
    return wasOnTheWay || wasStored;
  }

  /** The stored offsets, without one on the way, that the test picks. */
  Collection<TopicPartition> select(BiPredicate<TopicPartition, CommittedOffset> test) {
    Map<TopicPartition, Stored> selected = new LinkedHashMap<>();
    stored.forEach((partition, offset) -> {
      if (!onTheWay.containsKey(partition) && test.test(partition, offset.committed())) {
        selected.put(partition, offset);
      }
    });
    return selected.keySet();
  }

  // --- from the log

  void load(TopicPartition partition, Stored offset) {
    stored.put(partition, offset);
  }

  void loadTransactional(long producerId, Map<TopicPartition, Stored> offsets) {
    transactional.computeIfAbsent(producerId, id -> new HashMap<>()).putAll(offsets);
  }
}
