package org.odradek.controller.topic;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.protocol.ErrorCode;

/**
 * Spreads the replicas of partitions over brokers by Kafka's rule. Leaders go round the brokers
 * from a start index; the second replica of a partition is a shift away from the first, the others
 * follow it, and the shift grows by one with each round, so that the followers of one broker's
 * partitions are spread as well. With racks (KIP-36), brokers are taken in an order that alternates
 * racks, and a broker is passed over while its rack has a replica and another rack has none.
 */
public final class ReplicaAssignor {
  private final RandomGenerator random;

  /** {@code random} decides start index and first shift of new topics. */
  public ReplicaAssignor(RandomGenerator random) {
    this.random = random;
  }

  /** Assigns all partitions of a new topic. */
  public SortedMap<Integer, List<Integer>> assignNew(
      List<BrokerInfo> brokers, int partitionCount, int replicationFactor) {
    validate(brokers, partitionCount, replicationFactor);
    Arrangement arrangement = Arrangement.of(brokers);
    int size = arrangement.brokerIds().size();
    int startIndex = random.nextInt(size);
    int shift = random.nextInt(size);
    return arrangement.assign(0, partitionCount, replicationFactor, startIndex, shift);
  }

  /**
   * Assigns partitions added to a topic, so that they go on where its first ones left off.
   *
   * @param firstReplica the preferred leader of partition 0
   * @param existingCount how many partitions there are already
   */
  public SortedMap<Integer, List<Integer>> assignAdded(
      List<BrokerInfo> brokers,
      int firstReplica,
      int existingCount,
      int addedCount,
      int replicationFactor) {
    validate(brokers, addedCount, replicationFactor);
    List<Integer> ids = brokers.stream().map(BrokerInfo::id).sorted().toList();
    int startIndex = 0;
    for (int i = 0; i < ids.size(); i++) {
      if (ids.get(i) >= firstReplica) {
        startIndex = i;
        break;
      }
    }
    return Arrangement.of(brokers)
        .assign(existingCount, addedCount, replicationFactor, startIndex, startIndex);
  }

  private static void validate(List<BrokerInfo> brokers, int partitionCount, int factor) {
    if (partitionCount <= 0) {
      throw new TopicException(
          ErrorCode.INVALID_PARTITIONS, "Number of partitions must be larger than 0.");
    }
    if (factor <= 0) {
      throw new TopicException(
          ErrorCode.INVALID_REPLICATION_FACTOR, "Replication factor must be larger than 0.");
    }
    if (factor > brokers.size()) {
      throw new TopicException(
          ErrorCode.INVALID_REPLICATION_FACTOR,
          "Replication factor: %d larger than available brokers: %d."
              .formatted(factor, brokers.size()));
    }
    long withRack = brokers.stream().filter(broker -> broker.rack() != null).count();
    if (withRack != 0 && withRack != brokers.size()) {
      throw new TopicException(
          ErrorCode.UNKNOWN_SERVER_ERROR,
          "Not all brokers have rack information for replica rack aware assignment.");
    }
  }

  /** Brokers in the order in which they are taken, and the rack of each (none: all the same). */
  private record Arrangement(List<Integer> brokerIds, Map<Integer, String> racks) {

    static Arrangement of(List<BrokerInfo> brokers) {
      SortedMap<String, TreeSet<Integer>> byRack = new TreeMap<>();
      Map<Integer, String> racks = new HashMap<>();
      for (BrokerInfo broker : brokers) {
        String rack = broker.rack();
        if (rack != null) {
          byRack.computeIfAbsent(rack, r -> new TreeSet<>()).add(broker.id());
          racks.put(broker.id(), rack);
        }
      }
      return racks.isEmpty()
          ? new Arrangement(brokers.stream().map(BrokerInfo::id).sorted().toList(), racks)
          : new Arrangement(alternateRacks(byRack), racks);
    }

    /** One of each rack in turn: racks by name, brokers by id; racks that run out are left out. */
    private static List<Integer> alternateRacks(SortedMap<String, TreeSet<Integer>> byRack) {
      List<Iterator<Integer>> remaining = new ArrayList<>();
      byRack.values().forEach(brokers -> remaining.add(brokers.iterator()));
      List<Integer> order = new ArrayList<>();
      while (remaining.stream().anyMatch(Iterator::hasNext)) {
        for (Iterator<Integer> rack : remaining) {
          if (rack.hasNext()) {
            order.add(rack.next());
          }
        }
      }
      return order;
    }

    SortedMap<Integer, List<Integer>> assign(
        int firstPartition, int count, int factor, int startIndex, int firstShift) {
      SortedMap<Integer, List<Integer>> assignment = new TreeMap<>();
      int size = brokerIds.size();
      int shift = firstShift;
      for (int partition = firstPartition; partition < firstPartition + count; partition++) {
        if (partition > 0 && partition % size == 0) {
          shift++;
        }
        int leaderIndex = (partition + startIndex) % size;
        assignment.put(
            partition,
            racks.isEmpty()
                ? replicas(leaderIndex, shift, factor)
                : rackAwareReplicas(leaderIndex, shift, factor));
      }
      return assignment;
    }

    private List<Integer> replicas(int leaderIndex, int shift, int factor) {
      List<Integer> replicas = new ArrayList<>(factor);
      replicas.add(brokerIds.get(leaderIndex));
      for (int follower = 0; follower < factor - 1; follower++) {
        replicas.add(brokerIds.get(followerIndex(leaderIndex, shift, follower)));
      }
      return replicas;
    }

    private List<Integer> rackAwareReplicas(int leaderIndex, int shift, int factor) {
      int rackCount = Set.copyOf(racks.values()).size();
      List<Integer> replicas = new ArrayList<>(factor);
      Set<String> racksUsed = new HashSet<>();
      int leader = brokerIds.get(leaderIndex);
      replicas.add(leader);
      racksUsed.add(rackOf(leader));
      for (int candidate = 0; replicas.size() < factor; candidate++) {
        int broker = brokerIds.get(followerIndex(leaderIndex, shift * rackCount, candidate));
        boolean rackIsFine = !racksUsed.contains(rackOf(broker)) || racksUsed.size() == rackCount;
        if (rackIsFine && !replicas.contains(broker)) {
          replicas.add(broker);
          racksUsed.add(rackOf(broker));
        }
      }
      return replicas;
    }

    private String rackOf(int broker) {
      return racks.getOrDefault(broker, "");
    }

    /** Never the leader's own index: the distance is between 1 and the number of the others. */
    private int followerIndex(int leaderIndex, int shift, int follower) {
      int size = brokerIds.size();
      int distance = 1 + (shift + follower) % (size - 1);
      return (leaderIndex + distance) % size;
    }
  }
}
