package org.odradek.broker.partition;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.storage.LogException;

class FollowerReplicaTest {
  private static final int EPOCH = 5;

  @TempDir Path directory;
  private TestBroker broker;
  private Partition partition;
  private FollowerReplica follower;

  @BeforeEach
  void follow() {
    broker = new TestBroker(directory);
    tell(TestBroker.OTHER, EPOCH);
    Partition made = broker.partitions.find(new TopicPartition("t", 0));
    if (made == null) {
      throw new AssertionError("no replica");
    }
    partition = made;
    follower = made.asFollower();
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  @Test
  void followsInItsEpoch() {
    AtomicInteger changes = new AtomicInteger();
    partition.watch(changed -> changes.incrementAndGet());
    follower.append(broker.batch("a", "b", "c"), EPOCH);
    assertEquals(3, partition.log().logEndOffset());
    follower.takeOver(2, 1, EPOCH);
    assertEquals(2, partition.log().highWatermark());
    assertEquals(1, partition.log().logStartOffset());
    assertEquals(1, changes.get());
    follower.takeOver(2, 1, EPOCH);
    assertEquals(1, changes.get(), "nothing has moved");
    follower.truncateFullyAndStartAt(7, EPOCH);
    assertEquals(7, partition.log().logEndOffset());
  }

  @Test
  void isRefusedInAnotherEpoch() {
    tell(TestBroker.OTHER, EPOCH + 1);
    refusesAllOf(EPOCH);
    refusesAllOf(EPOCH + 2);
    follower.append(broker.batch("a"), EPOCH + 1);
    assertEquals(1, partition.log().logEndOffset());
  }

  @Test
  void isRefusedOnceThisBrokerLeads() {
    tell(TestBroker.ID, EPOCH + 1);
    refusesAllOf(EPOCH);
    refusesAllOf(EPOCH + 1);
  }

  private void refusesAllOf(int epoch) {
    refused(() -> follower.append(broker.batch("x"), epoch));
    refused(() -> follower.truncateTo(0, epoch));
    refused(() -> follower.truncateFullyAndStartAt(9, epoch));
    refused(() -> follower.takeOver(1, 0, epoch));
    assertEquals(0, partition.log().logEndOffset());
  }

  private static void refused(Executable work) {
    assertEquals(ErrorCode.FENCED_LEADER_EPOCH, assertThrows(LogException.class, work).errorCode());
  }

  private void tell(int leader, int epoch) {
    assertEquals(
        ErrorCode.NONE,
        broker.tell("t", 0, leader, epoch, List.of(TestBroker.ID, TestBroker.OTHER), true));
  }
}
