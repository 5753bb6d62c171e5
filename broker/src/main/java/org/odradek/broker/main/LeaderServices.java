package org.odradek.broker.main;

import java.util.concurrent.TimeUnit;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ReplicationKeys;
import org.odradek.broker.isr.ControllerIsrStore;
import org.odradek.broker.isr.IsrChangeAnnouncements;
import org.odradek.broker.isr.ZooKeeperIsrStore;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.ControlFence;
import org.odradek.broker.partition.IsrChangeCounts;
import org.odradek.broker.partition.IsrStore;
import org.odradek.broker.partition.LagClock;
import org.odradek.broker.partition.LeaderContext;
import org.odradek.broker.partition.Partition;
import org.odradek.broker.partition.Partitions;
import org.odradek.broker.partition.WaitTimer;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What leaders decide with, and the look every now and then for followers that lag. */
final class LeaderServices {
  private static final Logger log = LoggerFactory.getLogger(LeaderServices.class);
  private static final long LAG_TICK_MS = 500;

  private final LagClock lagClock = new LagClock(LeaderServices::monotonicMs, LAG_TICK_MS);
  private final LeaderContext context;

  LeaderServices(
      BrokerConfig config, IsrStore isrStore, ClusterMetadata metadata, ControlFence fence) {
    this.context =
        new LeaderContext(
            isrStore,
            lagClock,
            config.value(ReplicationKeys.REPLICA_LAG_TIME_MAX_MS),
            broker -> metadata.current().isAlive(broker),
            fence::brokerEpoch,
            new IsrChangeCounts());
  }

  /** The controller is asked, unless {@code inter.broker.protocol.version} is too old for that. */
  static IsrStore isrStore(
      int brokerId,
      ZooKeeperSession session,
      ControlFence fence,
      PeerServices peers,
      WaitTimer timer) {
    if (!peers.versions().usesAlterPartition()) {
      return new ZooKeeperIsrStore(
          session, new IsrChangeAnnouncements(session, LeaderServices::monotonicMs, timer), timer);
    }
    return new ControllerIsrStore(
        brokerId,
        peers.versions().alterPartition(),
        fence::brokerEpoch,
        peers.controllerChannel()::alterPartition,
        timer);
  }

  private static long monotonicMs() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }

  LeaderContext context() {
    return context;
  }

  void start(Partitions partitions, BrokerThreads threads) {
    var unusedPause = lagClock.tick(); // the start was none
    var unused =
        threads
            .scheduler()
            .scheduleWithFixedDelay(this::tick, LAG_TICK_MS, LAG_TICK_MS, TimeUnit.MILLISECONDS);
    long checkMs = Math.max(1, context.lagMaxMs() / 2);
    var unusedToo =
        threads
            .scheduler()
            .scheduleWithFixedDelay(
                () -> threads.background().execute(() -> shrinkIsrs(partitions)),
                checkMs,
                checkMs,
                TimeUnit.MILLISECONDS);
  }

  private void tick() {
    long pausedMs = lagClock.tick();
    if (pausedMs > 0) {
      log.warn(
          "This process stood still for about {} ms; followers are not blamed for that", pausedMs);
    }
  }

  private static void shrinkIsrs(Partitions partitions) {
    for (Partition partition : partitions.all()) {
      try {
        partition.shrinkIsr();
      } catch (RuntimeException e) {
        log.error("Looking for lagging followers of {} failed", partition.topicPartition(), e);
      }
    }
  }
}
