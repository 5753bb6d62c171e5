package org.odradek.broker.group;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ByteBufferWriter;
import org.odradek.protocol.Message;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.ProtocolException;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.message.GroupMetadataKey;
import org.odradek.protocol.message.GroupMetadataValue;
import org.odradek.protocol.message.OffsetCommitKey;
import org.odradek.protocol.message.OffsetCommitValue;

/**
 * The records of {@code __consumer_offsets}, both ways. Key and value each begin with their version
 * as two bytes; the key's version also says what the record is about:
 *
 * <pre>
 *   key 0, 1   group, topic, partition      value 0-4   offset, metadata, timestamps
 *   key 2      group                        value 0-4   generation, members, assignments
 * </pre>
 *
 * <p>Written as Kafka 2.3 to 3.9 write them, so that each of them can take the log over: offsets
 * with value version 3, or 1 when the commit asked for a retention time of its own, and groups with
 * value version 3. All versions are read.
 */
final class GroupRecordCodec {
  private static final short OFFSET_KEY_VERSION = 1;
  private static final short GROUP_KEY_VERSION = 2;
  private static final short OFFSET_VALUE_VERSION = 3;
  private static final short OFFSET_VALUE_VERSION_WITH_EXPIRY = 1;
  private static final short GROUP_VALUE_VERSION = 3;

  private GroupRecordCodec() {}

  // --- writing

  static LogRecord offset(String groupId, TopicPartition partition, CommittedOffset committed) {
    OffsetCommitValue value =
        new OffsetCommitValue()
            .offset(committed.offset())
            .leaderEpoch(committed.leaderEpoch())
            .metadata(committed.metadata())
            .commitTimestamp(committed.commitTimestampMs())
            .expireTimestamp(committed.expireTimestampMs());
    short version =
        committed.hasOwnExpiry() ? OFFSET_VALUE_VERSION_WITH_EXPIRY : OFFSET_VALUE_VERSION;
    return new LogRecord(offsetKey(groupId, partition), versioned(value, version));
  }

  static LogRecord offsetTombstone(String groupId, TopicPartition partition) {
    return new LogRecord(offsetKey(groupId, partition), null);
  }

  static LogRecord group(Group group, Map<String, byte[]> assignments) {
    List<GroupMetadataValue.MemberMetadata> members = new ArrayList<>();
    String protocolName = group.protocolName();
    for (Member member : group.members().all()) {
      if (protocolName == null) {
        throw new IllegalStateException("group " + group + " has members, but no protocol");
      }
      members.add(
          new GroupMetadataValue.MemberMetadata()
              .memberId(member.id())
              .groupInstanceId(member.groupInstanceId())
              .clientId(member.clientId())
              .clientHost(member.clientHost())
              .rebalanceTimeout(member.rebalanceTimeoutMs())
              .sessionTimeout(member.sessionTimeoutMs())
              .subscription(ByteBuffer.wrap(member.metadata(protocolName)))
              .assignment(
                  ByteBuffer.wrap(assignments.getOrDefault(member.id(), SyncReply.NO_ASSIGNMENT))));
    }
    String protocolType = group.protocolType();
    GroupMetadataValue value =
        new GroupMetadataValue()
            .protocolType(protocolType == null ? "" : protocolType)
            .generation(group.generation())
            .protocol(protocolName)
            .leader(group.members().leaderId())
            .currentStateTimestamp(group.stateSinceMs())
            .members(members);
    return new LogRecord(groupKey(group.id()), versioned(value, GROUP_VALUE_VERSION));
  }

  static LogRecord groupTombstone(String groupId) {
    return new LogRecord(groupKey(groupId), null);
  }

  private static ByteBuffer offsetKey(String groupId, TopicPartition partition) {
    OffsetCommitKey key =
        new OffsetCommitKey()
            .group(groupId)
            .topic(partition.topic())
            .partition(partition.partition());
    return versioned(key, OFFSET_KEY_VERSION);
  }

  private static ByteBuffer groupKey(String groupId) {
    return versioned(new GroupMetadataKey().group(groupId), GROUP_KEY_VERSION);
  }

  private static ByteBuffer versioned(Message message, short version) {
    ByteBuffer bytes = ByteBuffer.allocate(Short.BYTES + message.sizeInBytes(version));
    bytes.putShort(version);
    message.write(new ByteBufferWriter(bytes), version);
    return bytes.flip();
  }

  // --- reading

  /**
   * @throws ProtocolException when the bytes are not what their version says
   */
  static GroupRecord read(ByteBuffer key, @Nullable ByteBuffer value) {
    MessageReader in = new MessageReader(key.duplicate());
    short keyVersion = in.readShort();
    return switch (keyVersion) {
      case 0, OFFSET_KEY_VERSION -> {
        OffsetCommitKey offsetKey = OffsetCommitKey.read(in, keyVersion);
        yield new GroupRecord.Offset(
            offsetKey.group(),
            new TopicPartition(offsetKey.topic(), offsetKey.partition()),
            value == null ? null : readOffset(new MessageReader(value.duplicate())));
      }
      case GROUP_KEY_VERSION ->
          new GroupRecord.Metadata(
              GroupMetadataKey.read(in, keyVersion).group(),
              value == null ? null : readGroup(new MessageReader(value.duplicate())));
      default -> new GroupRecord.Unknown(keyVersion);
    };
  }

  private static CommittedOffset readOffset(MessageReader in) {
    short version = checkedVersion(in, OffsetCommitValue.HIGHEST_VERSION, "an offset");
    OffsetCommitValue value = OffsetCommitValue.read(in, version);
    return new CommittedOffset(
        value.offset(),
        value.leaderEpoch(),
        value.metadata(),
        value.commitTimestamp(),
        version == OFFSET_VALUE_VERSION_WITH_EXPIRY
            ? value.expireTimestamp()
            : CommittedOffset.NO_TIMESTAMP);
  }

  private static GroupRecord.Generation readGroup(MessageReader in) {
    short version = checkedVersion(in, GroupMetadataValue.HIGHEST_VERSION, "a group");
    GroupMetadataValue value = GroupMetadataValue.read(in, version);
    List<GroupRecord.RecordedMember> members = new ArrayList<>(value.members().size());
    for (GroupMetadataValue.MemberMetadata member : value.members()) {
      // Version 0 is from before members had a rebalance timeout (KIP-62).
      int rebalanceTimeoutMs = version == 0 ? member.sessionTimeout() : member.rebalanceTimeout();
      members.add(
          new GroupRecord.RecordedMember(
              member.memberId(),
              member.groupInstanceId(),
              member.clientId(),
              member.clientHost(),
              rebalanceTimeoutMs,
              member.sessionTimeout(),
              copy(member.subscription()),
              copy(member.assignment())));
    }
    return new GroupRecord.Generation(
        value.protocolType(),
        value.generation(),
        value.protocol(),
        value.leader(),
        value.currentStateTimestamp(),
        members);
  }

  private static short checkedVersion(MessageReader in, short highest, String what) {
    short version = in.readShort();
    if (version < 0 || version > highest) {
      throw new ProtocolException(
          "Value version " + version + " of " + what + ", known are 0 to " + highest);
    }
    return version;
  }

  static byte[] copy(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return copy;
  }
}
