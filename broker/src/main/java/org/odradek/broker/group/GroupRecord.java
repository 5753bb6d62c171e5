package org.odradek.broker.group;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.TopicPartition;

/** What a record of {@code __consumer_offsets} means. */
sealed interface GroupRecord {

  /** Key versions 0 and 1: an offset was committed, or (null) is gone. */
  record Offset(String groupId, TopicPartition partition, @Nullable CommittedOffset committed)
      implements GroupRecord {}

  /** Key version 2: a generation of a group, or (null) the group is gone. */
  record Metadata(String groupId, @Nullable Generation generation) implements GroupRecord {}

  /** A key version that belongs to a protocol we do not speak. */
  record Unknown(short keyVersion) implements GroupRecord {}

  /**
   * A generation with its members and their assignments.
   *
   * @param stateSinceMs wall-clock milliseconds of the last change of state, -1 when not recorded
   */
  record Generation(
      String protocolType,
      int generation,
      @Nullable String protocolName,
      @Nullable String leaderId,
      long stateSinceMs,
      List<RecordedMember> members) {}

  /** A member of a recorded generation. */
  record RecordedMember(
      String memberId,
      @Nullable String groupInstanceId,
      String clientId,
      String clientHost,
      int rebalanceTimeoutMs,
      int sessionTimeoutMs,
      byte[] subscription,
      byte[] assignment) {}
}
