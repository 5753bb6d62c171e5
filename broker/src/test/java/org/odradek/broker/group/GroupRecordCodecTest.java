package org.odradek.broker.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.odradek.broker.group.GroupHarness.joinCall;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.odradek.protocol.TopicPartition;

/** The bytes that Kafka writes for the same things. */
class GroupRecordCodecTest {

  private static String hex(ByteBuffer bytes) {
    return HexFormat.of().formatHex(GroupRecordCodec.copy(bytes));
  }

  @Test
  void anOffsetIsKeyVersion1AndValueVersion3() {
    LogRecord record =
        GroupRecordCodec.offset(
            "gr", new TopicPartition("top", 2), new CommittedOffset(258, 7, "me", 4, -1));
    assertEquals("0001" + "00026772" + "0003746f70" + "00000002", hex(record.key()));
    assertEquals(
        "0003" + "0000000000000102" + "00000007" + "00026d65" + "0000000000000004",
        hex(Objects.requireNonNull(record.value())));
  }

  @Test
  void aCommitWithARetentionTimeOfItsOwnIsValueVersion1() {
    CommittedOffset offset = new CommittedOffset(258, 7, "", 4, 9);
    LogRecord record = GroupRecordCodec.offset("g", new TopicPartition("t", 0), offset);
    assertEquals(
        "0001" + "0000000000000102" + "0000" + "0000000000000004" + "0000000000000009",
        hex(Objects.requireNonNull(record.value())));
    assertEquals(
        new GroupRecord.Offset(
            "g", new TopicPartition("t", 0), new CommittedOffset(258, -1, "", 4, 9)),
        GroupRecordCodec.read(record.key(), record.value()));
  }

  @Test
  void aGroupIsKeyVersion2AndValueVersion3() {
    Group group = Group.empty("gr", 0);
    Member member = Member.joining("m", joinCall("", "i", "t"));
    group.addMember(member);
    group.become(GroupState.PREPARING_REBALANCE, 0);
    group.nextGeneration(5);
    LogRecord record = GroupRecordCodec.group(group, Map.of("m", new byte[] {1, 2}));
    assertEquals("0002" + "00026772", hex(record.key()));
    String subscription = HexFormat.of().formatHex(GroupHarness.subscription("t"));
    assertEquals(
        "0003"
            + "0008636f6e73756d6572" // protocol type
            + "00000001" // generation
            + "000572616e6765" // protocol
            + "00016d" // leader
            + "0000000000000005" // state since
            + "00000001" // members
            + "00016d" // member id
            + "000169" // instance
            + "0006636c69656e74" // client id
            + "000a2f3132372e302e302e31" // client host
            + "0000ea60" // rebalance timeout
            + "00002710" // session timeout
            + HexFormat.of().toHexDigits(subscription.length() / 2)
            + subscription
            + "00000002"
            + "0102",
        hex(Objects.requireNonNull(record.value())));
  }

  @Test
  void anEmptyGroupHasNoProtocolAndNoLeader() {
    Group group = Group.empty("g", 3);
    assertEquals(
        "0003" + "0000" + "00000000" + "ffff" + "ffff" + "0000000000000003" + "00000000",
        hex(Objects.requireNonNull(GroupRecordCodec.group(group, Map.of()).value())));
  }
}
