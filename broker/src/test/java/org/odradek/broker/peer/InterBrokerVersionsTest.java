package org.odradek.broker.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.odradek.protocol.ApiKey;

class InterBrokerVersionsTest {

  /** As stock 3.9.2 has them; 2.8.2 and 2.4.1 agree as far as they know the versions. */
  @ParameterizedTest
  @CsvSource({
    // version, fetch, epochs, offsets, leaders, stop, metadata, shutdown, isr, ids, markers
    "2.4-IV0, 11, 3, 5, 3, 1, 5, 2, -1, -1, 0",
    "2.4-IV1, 11, 3, 5, 4, 2, 6, 3, -1, -1, 0",
    "2.4,     11, 3, 5, 4, 2, 6, 3, -1, -1, 0",
    "2.4.1,   11, 3, 5, 4, 2, 6, 3, -1, -1, 0",
    "2.5-IV0, 11, 3, 5, 4, 2, 6, 3, -1, -1, 0",
    "2.6-IV0, 11, 3, 5, 4, 3, 6, 3, -1, -1, 0",
    "2.7-IV0, 11, 3, 5, 4, 3, 6, 3, -1, -1, 0",
    "2.7-IV1, 12, 3, 5, 4, 3, 6, 3, -1, -1, 0",
    "2.7-IV2, 12, 3, 5, 4, 3, 6, 3,  0, -1, 0",
    "2.8-IV0, 12, 4, 6, 4, 3, 6, 3,  0, -1, 1",
    "2.8-IV1, 12, 4, 6, 5, 3, 7, 3,  0, -1, 1",
    "3.0-IV0, 12, 4, 6, 5, 3, 7, 3,  0,  0, 1",
    "3.0-IV1, 12, 4, 7, 5, 3, 7, 3,  0,  0, 1",
    "3.1-IV0, 13, 4, 7, 5, 3, 7, 3,  0,  0, 1",
    "3.2-IV0, 13, 4, 7, 6, 3, 7, 3,  1,  0, 1",
    "3.3-IV0, 13, 4, 7, 6, 3, 7, 3,  2,  0, 1",
    "3.4-IV0, 13, 4, 7, 7, 4, 8, 3,  2,  0, 1",
    "3.5-IV0, 14, 4, 8, 7, 4, 8, 3,  2,  0, 1",
    "3.5-IV1, 15, 4, 8, 7, 4, 8, 3,  3,  0, 1",
    "3.6-IV2, 15, 4, 8, 7, 4, 8, 3,  3,  0, 1",
    "3.7-IV3, 15, 4, 8, 7, 4, 8, 3,  3,  0, 1",
    "3.7-IV4, 16, 4, 8, 7, 4, 8, 3,  3,  0, 1",
    "3.8-IV0, 16, 4, 8, 7, 4, 8, 3,  3,  0, 1",
    "3.9-IV0, 17, 4, 9, 7, 4, 8, 3,  3,  0, 1",
    "3.9,     17, 4, 9, 7, 4, 8, 3,  3,  0, 1",
  })
  void areThoseOfKafka(
      String protocolVersion,
      short fetch,
      short offsetForLeaderEpoch,
      short listOffsets,
      short leaderAndIsr,
      short stopReplica,
      short updateMetadata,
      short controlledShutdown,
      short alterPartition,
      short allocateProducerIds,
      short writeTxnMarkers) {
    assertEquals(
        new InterBrokerVersions(
            fetch,
            offsetForLeaderEpoch,
            listOffsets,
            leaderAndIsr,
            stopReplica,
            updateMetadata,
            controlledShutdown,
            alterPartition,
            allocateProducerIds,
            writeTxnMarkers),
        InterBrokerVersions.of(protocolVersion));
  }

  @Test
  void olderOnesAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> InterBrokerVersions.of("2.3"));
  }

  @Test
  void isAskedByApi() {
    InterBrokerVersions versions = InterBrokerVersions.of("2.7");
    assertEquals(12, versions.version(ApiKey.FETCH));
    assertEquals(3, versions.version(ApiKey.STOP_REPLICA));
    assertThrows(IllegalArgumentException.class, () -> versions.version(ApiKey.PRODUCE));
  }
}
