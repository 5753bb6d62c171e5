package org.odradek.controller.topic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.admin.AdminUtils;
import org.apache.kafka.admin.BrokerMetadata;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.odradek.controller.znode.BrokerInfo;

/** The assignment of replicas, held against Kafka's own for the same choices of chance. */
class ReplicaAssignorOracleTest {
  private static final int ROUNDS = 3_000;

  /** Kafka's source of chance, to be given the same seed as ours. */
  private static Random kafkasRandom() throws ReflectiveOperationException {
    Field field = AdminUtils.class.getDeclaredField("RAND");
    field.setAccessible(true);
    return (Random) field.get(null);
  }

  private static BrokerInfo broker(int id, @Nullable String rack) {
    return new BrokerInfo(id, List.of(), rack, -1, 0);
  }

  private static List<BrokerMetadata> kafkas(List<BrokerInfo> brokers) {
    return brokers.stream()
        .map(broker -> new BrokerMetadata(broker.id(), Optional.ofNullable(broker.rack())))
        .toList();
  }

  /** From 1 to 12 brokers, with gaps in their ids, in no racks or in up to 5 uneven ones. */
  private static List<BrokerInfo> brokers(Random random, boolean withRacks) {
    int count = 1 + random.nextInt(12);
    int racks = 1 + random.nextInt(5);
    List<Integer> ids = new ArrayList<>();
    for (int id = 0; id < 3 * count; id++) {
      ids.add(id);
    }
    Collections.shuffle(ids, random);
    return ids.subList(0, count).stream()
        .sorted()
        .map(id -> broker(id, withRacks ? "rack-" + random.nextInt(racks) : null))
        .toList();
  }

  @Test
  void newTopicsAreAssignedAsByKafka() throws Exception {
    Random kafkas = kafkasRandom();
    Random random = new Random(11);
    for (int round = 0; round < ROUNDS; round++) {
      List<BrokerInfo> brokers = brokers(random, round % 3 != 0);
      int partitions = 1 + random.nextInt(40);
      int factor = 1 + random.nextInt(brokers.size());
      kafkas.setSeed(round);
      Map<Integer, List<Integer>> expected =
          AdminUtils.assignReplicasToBrokers(kafkas(brokers), partitions, factor);
      assertEquals(
          new TreeMap<>(expected),
          new ReplicaAssignor(new Random(round)).assignNew(brokers, partitions, factor),
          () -> partitions + " partitions, factor " + factor + ", " + brokers);
    }
  }

  @Test
  void addedPartitionsAreAssignedAsByKafka() {
    Random random = new Random(12);
    for (int round = 0; round < ROUNDS; round++) {
      List<BrokerInfo> brokers = brokers(random, round % 3 != 0);
      int existing = 1 + random.nextInt(20);
      int added = 1 + random.nextInt(20);
      int factor = 1 + random.nextInt(brokers.size());
      int first = random.nextInt(40); // perhaps of a broker that is not there any more
      int startIndex = 0;
      for (int i = brokers.size() - 1; i >= 0; i--) {
        if (brokers.get(i).id() >= first) {
          startIndex = i;
        }
      }
      Map<Integer, List<Integer>> expected =
          AdminUtils.assignReplicasToBrokers(kafkas(brokers), added, factor, startIndex, existing);
      assertEquals(
          new TreeMap<>(expected),
          new ReplicaAssignor(random).assignAdded(brokers, first, existing, added, factor),
          () -> added + " after " + existing + ", first " + first + ", " + brokers);
    }
  }

  @Test
  void brokersWithAndWithoutRacksDoNotMix() {
    List<BrokerInfo> mixed = List.of(broker(0, "a"), broker(1, null), broker(2, "b"));
    String kafkasMessage =
        assertThrows(
                RuntimeException.class,
                () -> AdminUtils.assignReplicasToBrokers(kafkas(mixed), 3, 2))
            .getMessage();
    TopicException ours =
        assertThrows(
            TopicException.class, () -> new ReplicaAssignor(new Random(1)).assignNew(mixed, 3, 2));
    assertEquals(kafkasMessage, ours.getMessage());
  }
}
