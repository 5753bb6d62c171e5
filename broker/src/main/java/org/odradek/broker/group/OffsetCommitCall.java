package org.odradek.broker.group;

import java.util.List;
import org.odradek.protocol.TopicPartition;

/**
 * Offsets to commit for one group.
 *
 * @param generation -1 for a consumer that uses the group for its offsets only
 */
public record OffsetCommitCall(
    String groupId, MemberIdentity member, int generation, List<Commit> commits) {

  /** One partition's offset. */
  public record Commit(TopicPartition partition, CommittedOffset offset) {}
}
