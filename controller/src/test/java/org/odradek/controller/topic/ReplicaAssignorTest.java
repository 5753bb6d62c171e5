package org.odradek.controller.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.protocol.ErrorCode;

/** Kafka's rule, checked against the examples in its documentation of the rule (KIP-36). */
class ReplicaAssignorTest {

  @Test
  void withoutRacksLeadersGoRoundAndFollowersShift() {
    Map<Integer, List<Integer>> assignment =
        new ReplicaAssignor(fixed(0, 0)).assignNew(brokers(5), 10, 3);
    assertEquals(
        new TreeMap<>(
            Map.of(
                0, List.of(0, 1, 2),
                1, List.of(1, 2, 3),
                2, List.of(2, 3, 4),
                3, List.of(3, 4, 0),
                4, List.of(4, 0, 1),
                5, List.of(0, 2, 3),
                6, List.of(1, 3, 4),
                7, List.of(2, 4, 0),
                8, List.of(3, 0, 1),
                9, List.of(4, 1, 2))),
        assignment);
  }

  @Test
  void withRacksEachPartitionHasAReplicaInEachRack() {
    List<BrokerInfo> brokers =
        List.of(
            broker(0, "rack1"),
            broker(1, "rack3"),
            broker(2, "rack3"),
            broker(3, "rack2"),
            broker(4, "rack2"),
            broker(5, "rack1"));
    Map<Integer, List<Integer>> assignment =
        new ReplicaAssignor(fixed(0, 0)).assignNew(brokers, 7, 3);
    assertEquals(
        new TreeMap<>(
            Map.of(
                0, List.of(0, 3, 1),
                1, List.of(3, 1, 5),
                2, List.of(1, 5, 4),
                3, List.of(5, 4, 2),
                4, List.of(4, 2, 0),
                5, List.of(2, 0, 3),
                6, List.of(0, 4, 2))),
        assignment);
  }

  @Test
  void moreReplicasThanRacksStillSpread() {
    List<BrokerInfo> brokers =
        List.of(broker(0, "a"), broker(1, "a"), broker(2, "b"), broker(3, "b"));
    new ReplicaAssignor(new Random(1))
        .assignNew(brokers, 12, 3)
        .values()
        .forEach(replicas -> {
          assertEquals(3, Set.copyOf(replicas).size());
          assertEquals(
              2,
              replicas.stream().map(id -> id < 2 ? "a" : "b").collect(Collectors.toSet()).size());
        });
  }

  @Test
  void addedPartitionsGoOnWhereTheFirstLeftOff() {
    assertEquals(
        new TreeMap<>(Map.of(3, List.of(2, 1, 0))), // as stock 2.8.2 did after 2,0,1 0,1,2 1,2,0
        new ReplicaAssignor(fixed()).assignAdded(brokers(3), 2, 3, 1, 3));
    assertEquals(
        new TreeMap<>(Map.of(3, List.of(1, 2, 0), 4, List.of(2, 0, 1))), // as stock 2.4.1 did
        new ReplicaAssignor(fixed()).assignAdded(brokers(3), 1, 3, 2, 3));
  }

  @Test
  void refusesWithKafkasTexts() {
    ReplicaAssignor assignor = new ReplicaAssignor(fixed());
    assertRefused(
        ErrorCode.INVALID_REPLICATION_FACTOR,
        "Replication factor: 4 larger than available brokers: 3.",
        () -> assignor.assignNew(brokers(3), 3, 4));
    assertRefused(
        ErrorCode.INVALID_PARTITIONS,
        "Number of partitions must be larger than 0.",
        () -> assignor.assignNew(brokers(3), 0, 1));
    assertRefused(
        ErrorCode.INVALID_REPLICATION_FACTOR,
        "Replication factor must be larger than 0.",
        () -> assignor.assignNew(brokers(3), 1, 0));
  }

  private static void assertRefused(ErrorCode error, String message, Runnable call) {
    TopicException refusal = assertThrows(TopicException.class, call::run);
    assertEquals(error, refusal.error());
    assertEquals(message, refusal.getMessage());
  }

  private static List<BrokerInfo> brokers(int count) {
    List<BrokerInfo> brokers = new ArrayList<>();
    for (int id = 0; id < count; id++) {
      brokers.add(broker(id, null));
    }
    return brokers;
  }

  private static BrokerInfo broker(int id, @Nullable String rack) {
    return new BrokerInfo(id, List.of(), rack, -1, 0);
  }

  /** Gives the numbers in turn; more than these must not be asked for. */
  private static RandomGenerator fixed(int... numbers) {
    return new RandomGenerator() {
      private int next;

      @Override
      public int nextInt(int bound) {
        return numbers[next++];
      }

      @Override
      public long nextLong() {
        throw new AssertionError("not asked for");
      }
    };
  }
}
