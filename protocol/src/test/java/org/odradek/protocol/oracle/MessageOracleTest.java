package org.odradek.protocol.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.odradek.protocol.Message;

/**
 * Random messages of every version go from Kafka's classes through ours and back, and must be the
 * same bytes on each leg.
 */
class MessageOracleTest {
  private static final int MESSAGES_PER_VERSION = 4;

  /** What only a KRaft quorum says or keeps, which we have no schema for. */
  private static final Set<String> QUORUM_ONLY =
      Set.of(
          "VoteRequest",
          "VoteResponse",
          "BeginQuorumEpochRequest",
          "BeginQuorumEpochResponse",
          "EndQuorumEpochRequest",
          "EndQuorumEpochResponse",
          "FetchSnapshotRequest",
          "FetchSnapshotResponse",
          "BrokerRegistrationRequest",
          "BrokerRegistrationResponse",
          "BrokerHeartbeatRequest",
          "BrokerHeartbeatResponse",
          "ControllerRegistrationRequest",
          "ControllerRegistrationResponse",
          "AssignReplicasToDirsRequest",
          "AssignReplicasToDirsResponse",
          "UpdateRaftVoterRequest",
          "UpdateRaftVoterResponse",
          "LeaderChangeMessage",
          "KRaftVersionRecord",
          "VotersRecord",
          "SnapshotHeaderRecord",
          "SnapshotFooterRecord");

  /** Fields that the release has by another name; there are too many in the oldest to list. */
  private static final Map<String, Set<String>> RENAMED_LATER =
      Map.of(
          "3.9.2",
          Set.of(
              "ListConfigResourcesResponse.configResources",
              "TxnOffsetCommitRequest.generationIdOrMemberEpoch"),
          "4.3.1",
          Set.of(
              "StreamsGroupHeartbeatResponse.acceptableRecoveryLagLegacy",
              "TxnOffsetCommitRequest.generationIdOrMemberEpoch"));

  @ParameterizedTest
  @ValueSource(strings = {"2.4.1", "2.8.2", "3.9.2", "4.3.1"})
  void messagesAreTheSameBytesInBothDirections(String release) throws Exception {
    Set<String> withoutSchema = new TreeSet<>();
    SameFields sameFields = new SameFields();
    int versions = 0;
    for (KafkaMessageType theirs : new KafkaRelease(release).messages()) {
      if (isEarlyAccess(theirs)) {
        continue;
      }
      OurMessageType ours = OurMessageType.forKafkaName(theirs.name());
      if (ours == null) {
        withoutSchema.add(theirs.name());
        continue;
      }
      for (short v = theirs.lowestVersion(); v <= theirs.highestVersion(); v++) {
        versions++;
        for (int i = 0; i < MESSAGES_PER_VERSION; i++) {
          compare(theirs, ours, v, i, sameFields);
        }
      }
    }
    withoutSchema.removeIf(name -> QUORUM_ONLY.contains(name) || isNewGroupRecord(name));
    assertEquals(Set.of(), withoutSchema, "messages of " + release + " without a schema");
    assertTrue(versions > 300, "only " + versions + " versions of " + release + " compared");
    assertTrue(sameFields.compared() > 8_000, "only " + sameFields.compared() + " fields compared");
    if (RENAMED_LATER.containsKey(release)) {
      assertEquals(RENAMED_LATER.get(release), sameFields.renamed(), "renamed since " + release);
    }
  }

  /**
   * What a lower version has no place for is left out or refused by ours as by theirs: a message of
   * one version is written in all others.
   */
  @ParameterizedTest
  @ValueSource(strings = {"3.9.2", "4.3.1"})
  void otherVersionsLeaveOutOrRefuseTheSame(String release) throws Exception {
    for (KafkaMessageType theirs : new KafkaRelease(release).messages()) {
      OurMessageType ours = OurMessageType.forKafkaName(theirs.name());
      if (ours == null || isEarlyAccess(theirs)) {
        continue;
      }
      for (short from = theirs.lowestVersion(); from <= theirs.highestVersion(); from++) {
        for (int seed = 0; seed < 3; seed++) {
          writeInAllVersions(theirs, ours, from, seed);
        }
      }
    }
  }

  private static void writeInAllVersions(
      KafkaMessageType theirs, OurMessageType ours, short from, int seed) throws Exception {
    byte[] random =
        new RandomMessageBytes(new Random(seed), 1, theirs.name()).of(theirs.schema(from));
    Object theirMessage = theirs.read(ByteBuffer.wrap(random), from);
    Message message = ours.read(ByteBuffer.wrap(random), from);
    for (short to = theirs.lowestVersion(); to <= theirs.highestVersion(); to++) {
      assertEquals(
          theirs.write(theirMessage, to),
          OurMessageType.write(message, to),
          theirs + " version " + from + " as version " + to + " seed " + seed);
    }
  }

  /** Share groups in 3.9: unstable, and changed later under the same version numbers. */
  static boolean isEarlyAccess(KafkaMessageType theirs) {
    return theirs.release().version().equals("3.9.2") && theirs.name().contains("Share");
  }

  private static boolean isNewGroupRecord(String name) {
    return name.startsWith("ConsumerGroup") || name.startsWith("ShareGroup");
  }

  private static void compare(
      KafkaMessageType theirs, OurMessageType ours, short version, int seed, SameFields sameFields)
      throws Exception {
    String what = theirs + " version " + version + " seed " + seed;
    byte[] random =
        new RandomMessageBytes(new Random(seed), 3, theirs.name()).of(theirs.schema(version));
    Object theirMessage = theirs.read(ByteBuffer.wrap(random), version);
    ByteBuffer expected = theirs.write(theirMessage, version);
    assertNotNull(expected, what);
    // theirs → ours
    Message message = ours.read(expected, version);
    assertEquals(expected.remaining(), message.sizeInBytes(version), what);
    assertEquals(expected, OurMessageType.write(message, version), what);
    sameFields.check(what, theirMessage, message);
    // ours → theirs
    Message copy = OurMessageType.copy(message);
    assertNotSame(message, copy, what);
    assertEquals(message, copy, what);
    assertEquals(message.hashCode(), copy.hashCode(), what);
    ByteBuffer written = OurMessageType.write(copy, version);
    assertNotNull(written, what);
    assertEquals(written, theirs.write(theirs.read(written, version), version), what);
    assertEquals(expected, written, what);
  }
}
