package org.odradek.broker.replication;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.partition.Partition;
import org.odradek.broker.partition.ReplicaFollowing.Target;
import org.odradek.broker.partition.TestBroker;
import org.odradek.broker.quota.ReplicationQuota;
import org.odradek.protocol.TopicPartition;

/** Broker 1 follows brokers 2 and 3, which only take note of what they are asked. */
final class ReplicationTest {
  private static final int EPOCH = 5;

  @TempDir Path directory;
  private final Map<Integer, HeldLeader> leaders = new LinkedHashMap<>();
  private TestBroker broker;
  private Replication replication;

  @BeforeEach
  void start() {
    broker = new TestBroker(directory);
    replication =
        new Replication(
            new FetcherServices(
                TestBroker.ID,
                () -> TestBroker.BROKER_EPOCH,
                broker.timer::nowMs,
                broker.timer,
                new FetcherSettings(1_000_000, 10_000_000, 1, 500, 1_000),
                ReplicationQuota.none()),
            (leader, index) -> leaders.computeIfAbsent(leader, id -> new HeldLeader(17)),
            Runnable::run,
            1);
  }

  @AfterEach
  void stop() {
    replication.end();
    broker.close();
  }

  private Target target(String topic, int leader, int leaderEpoch) {
    Partition partition = broker.partitions.find(new TopicPartition(topic, 0));
    return new Target(partition == null ? broker.lead(topic) : partition, leader, leaderEpoch);
  }

  private long followed() {
    return leaders.values().stream().filter(leader -> leader.open() > 0).count();
  }

  @Test
  void whatLosesItsLeadWhileTheBrokerGoesFollowsNobody() {
    Target losesItsLead = target("led", 2, EPOCH);
    replication.depart();
    replication.follow(List.of(losesItsLead));
    assertEquals(0, replication.size());
    assertEquals(0, followed(), "asked of " + leaders);
  }

  @Test
  void whatIsFollowedGoesOnWhileTheBrokerGoesUntilTheControllerEndsIt() {
    replication.follow(List.of(target("followed", 2, EPOCH)));
    replication.depart();
    replication.follow(List.of(target("followed", 3, EPOCH + 1)));
    assertEquals(List.of(2, 3), List.copyOf(leaders.keySet()));
    assertTrue(leader(2).closed);
    assertEquals(1, leader(3).open());
    replication.stopFollowing(List.of(new TopicPartition("followed", 0)));
    assertTrue(leader(3).closed);
    replication.follow(List.of(target("followed", 2, EPOCH + 2)));
    assertEquals(0, replication.size());
  }

  private HeldLeader leader(int id) {
    return Objects.requireNonNull(leaders.get(id));
  }
}
