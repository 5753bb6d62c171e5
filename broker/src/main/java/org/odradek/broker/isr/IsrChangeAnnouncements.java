package org.odradek.broker.isr;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.zookeeper.CreateMode;
import org.odradek.broker.partition.WaitTimer;
import org.odradek.controller.znode.NotificationCodec;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the controller by children of {@code /isr_change_notification} which partitions' ISRs were
 * written here. As in Kafka many changes go together: a node is made once there was none for 5
 * seconds, or a minute after the last node, looked at every 2.5 seconds.
 *
 * <p>Thread-safe.
 */
public final class IsrChangeAnnouncements {
  private static final Logger logger = LoggerFactory.getLogger(IsrChangeAnnouncements.class);
  static final long CHECK_MS = 2_500;
  static final long QUIET_MS = 5_000;
  static final long DELAY_MAX_MS = 60_000;

  private final ZooKeeperSession session;
  private final LongSupplier clockMs;
  private final WaitTimer timer;

  // guarded by this
  private final Set<TopicPartition> changed = new LinkedHashSet<>();
  private boolean checking;
  private long lastChangeMs;
  private long lastAnnouncedMs;

  /**
   * @param clockMs of a clock that does not run backwards
   */
  public IsrChangeAnnouncements(ZooKeeperSession session, LongSupplier clockMs, WaitTimer timer) {
    this.session = session;
    this.clockMs = clockMs;
    this.timer = timer;
    this.lastAnnouncedMs = clockMs.getAsLong() - DELAY_MAX_MS;
  }

  /** The ISR of a partition was written; it will be announced. */
  void changed(TopicPartition partition) {
    synchronized (this) {
      changed.add(partition);
      lastChangeMs = clockMs.getAsLong();
      if (checking) {
        return;
      }
      checking = true;
    }
    timer.schedule(this::check, CHECK_MS);
  }

  private void check() {
    List<TopicPartition> due = List.of();
    synchronized (this) {
      long nowMs = clockMs.getAsLong();
      if (nowMs - lastChangeMs >= QUIET_MS || nowMs - lastAnnouncedMs >= DELAY_MAX_MS) {
        due = List.copyOf(changed);
        changed.clear();
        lastAnnouncedMs = nowMs;
        checking = false;
      }
    }
    if (due.isEmpty()) {
      timer.schedule(this::check, CHECK_MS);
    } else {
      announce(due);
    }
  }

  private void announce(List<TopicPartition> due) {
    var unused =
        session
            .create(
                ZnodePaths.ISR_CHANGE_PREFIX,
                NotificationCodec.encodeIsrChange(due),
                CreateMode.PERSISTENT_SEQUENTIAL)
            .whenComplete((path, failure) -> {
              if (failure != null) {
                logger.warn(
                    "ISR changes of {} partitions were not announced, trying again: {}",
                    due.size(),
                    failure.toString());
                due.forEach(this::changed);
              }
            });
  }
}
