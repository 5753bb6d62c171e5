package org.odradek.broker.group;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ProtocolException;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.record.Record;
import org.odradek.protocol.record.RecordBatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the groups and offsets out of one partition of {@code __consumer_offsets}: of each key, the
 * last record counts. Offsets committed in transactions (which Kafka's log may hold when it is
 * taken over) count from the commit marker on.
 *
 * <p>For one load; confined to the loader thread, then its result is handed to the shard's owner.
 */
final class GroupLoader implements GroupLog.BatchSink {
  private static final Logger LOG = LoggerFactory.getLogger(GroupLoader.class);

  /** The type of a transaction marker, after the version in the key of a control record. */
  private static final short COMMIT_MARKER = 1;

  /** Batches in this log are ours or Kafka's; none is near so large. */
  private static final int DECOMPRESSED_BYTES_MAX = 256 * 1024 * 1024;

  private final int partition;
  private final BooleanSupplier stillWanted;
  private final Map<String, Map<TopicPartition, GroupOffsets.Stored>> offsets = new HashMap<>();
  private final Map<String, GroupRecord.Generation> generations = new LinkedHashMap<>();

  /** By producer id, then group. */
  private final Map<Long, Map<String, Map<TopicPartition, GroupOffsets.Stored>>> transactional =
      new HashMap<>();

  private long records;
  private long unreadable;

  GroupLoader(int partition, BooleanSupplier stillWanted) {
    this.partition = partition;
    this.stillWanted = stillWanted;
  }

  /** All groups of the partition; incomplete when it is not wanted any more. */
  List<Group> load(GroupLog log, long nowMs) throws IOException {
    log.read(partition, this);
    if (unreadable > 0) {
      LOG.warn(
          "Partition {} of the offsets topic has {} records that cannot be read; they are ignored",
          partition,
          unreadable);
    }
    return groups(nowMs);
  }

  long records() {
    return records;
  }

  @Override
  public boolean accept(ByteBuffer batches) {
    for (RecordBatch batch : RecordBatch.wholeIn(batches)) {
      if (batch.isControl()) {
        endTransaction(batch);
      } else {
        for (Record record : batch.records(DECOMPRESSED_BYTES_MAX)) {
          records++;
          apply(record, batch);
        }
      }
    }
    return stillWanted.getAsBoolean();
  }

  private void apply(Record record, RecordBatch batch) {
    ByteBuffer key = record.key();
    GroupRecord read;
    try {
      if (key == null) {
        throw new ProtocolException("a record without key");
      }
      read = GroupRecordCodec.read(key, record.value());
    } catch (ProtocolException e) {
      if (unreadable++ == 0) {
        LOG.warn(
            "Offset {} of partition {} of the offsets topic cannot be read: {}",
            record.offset(),
            partition,
            e.getMessage());
      }
      return;
    }
    switch (read) {
      case GroupRecord.Offset offset -> applyOffset(offset, record.offset(), batch);
      case GroupRecord.Metadata metadata -> {
        GroupRecord.Generation generation = metadata.generation();
        generations.remove(metadata.groupId());
        if (generation != null) {
          generations.put(metadata.groupId(), generation);
        }
      }
      case GroupRecord.Unknown unknown ->
          LOG.debug("Ignoring a record with key version {}", unknown.keyVersion());
    }
  }

  private void applyOffset(GroupRecord.Offset offset, long logOffset, RecordBatch batch) {
    CommittedOffset committed = offset.committed();
    if (batch.isTransactional()) {
      if (committed != null) {
        transactional
            .computeIfAbsent(batch.producerId(), id -> new HashMap<>())
            .computeIfAbsent(offset.groupId(), id -> new LinkedHashMap<>())
            .put(offset.partition(), new GroupOffsets.Stored(committed, logOffset));
      }
    } else if (committed == null) {
      Map<TopicPartition, GroupOffsets.Stored> ofGroup = offsets.get(offset.groupId());
      if (ofGroup != null) {
        ofGroup.remove(offset.partition());
      }
    } else {
      offsets
          .computeIfAbsent(offset.groupId(), id -> new LinkedHashMap<>())
          .put(offset.partition(), new GroupOffsets.Stored(committed, logOffset));
    }
  }

  private void endTransaction(RecordBatch batch) {
    Map<String, Map<TopicPartition, GroupOffsets.Stored>> ended =
        transactional.remove(batch.producerId());
    if (ended == null || !isCommit(batch)) {
      return;
    }
    ended.forEach((groupId, ofTransaction) -> {
      Map<TopicPartition, GroupOffsets.Stored> ofGroup =
          offsets.computeIfAbsent(groupId, id -> new LinkedHashMap<>());
      ofTransaction.forEach((topicPartition, offset) ->
          ofGroup.merge(
              topicPartition,
              offset,
              (before, after) -> before.logOffset() > after.logOffset() ? before : after));
    });
  }

  private static boolean isCommit(RecordBatch batch) {
    for (Record record : batch.records(DECOMPRESSED_BYTES_MAX)) {
      ByteBuffer key = record.key();
      if (key != null && key.remaining() >= 2 * Short.BYTES) {
        return key.getShort(key.position() + Short.BYTES) == COMMIT_MARKER;
      }
    }
    return false;
  }

  private List<Group> groups(long nowMs) {
    Set<String> ids = new LinkedHashSet<>(generations.keySet());
    ids.addAll(offsets.keySet());
    transactional.values().forEach(byGroup -> ids.addAll(byGroup.keySet()));
    List<Group> groups = new ArrayList<>(ids.size());
    for (String id : ids) {
      Group group = group(id, generations.get(id), nowMs);
      offsets.getOrDefault(id, Map.of()).forEach(group.offsets()::load);
      transactional.forEach((producerId, byGroup) -> {
        Map<TopicPartition, GroupOffsets.Stored> open = byGroup.get(id);
        if (open != null) {
          group.offsets().loadTransactional(producerId, open);
        }
      });
      if (group.isRecorded() || !group.offsets().isEmpty()) {
        groups.add(group);
      }
    }
    return groups;
  }

  private static Group group(String id, GroupRecord.@Nullable Generation generation, long nowMs) {
    if (generation == null) {
      return Group.empty(id, nowMs);
    }
    List<Member> members = new ArrayList<>(generation.members().size());
    String protocolName = generation.protocolName();
    for (GroupRecord.RecordedMember recorded : generation.members()) {
      Member member =
          new Member(
              recorded.memberId(),
              recorded.groupInstanceId(),
              recorded.clientId(),
              recorded.clientHost(),
              generation.protocolType(),
              recorded.rebalanceTimeoutMs(),
              recorded.sessionTimeoutMs(),
              List.of(
                  new MemberProtocol(
                      protocolName == null ? "" : protocolName, recorded.subscription())));
      member.assign(recorded.assignment());
      members.add(member);
    }
    return Group.loaded(
        id,
        generation.generation(),
        generation.protocolType(),
        protocolName,
        generation.leaderId(),
        generation.stateSinceMs(),
        members);
  }
}
