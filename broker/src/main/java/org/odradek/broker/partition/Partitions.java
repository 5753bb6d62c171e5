package org.odradek.broker.partition;

import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.storage.LogConfig;
import org.odradek.storage.LogDirectories;
import org.odradek.storage.LogDirectoryStatus;
import org.odradek.storage.LogException;
import org.odradek.storage.PartitionLog;

/**
 * All partitions that the controller has told this broker to replicate.
 *
 * <p>Thread-safety: look-ups from any thread; changes come from the control handlers, one after the
 * other.
 */
public final class Partitions {
  private final int brokerId;
  private final LogDirectories logs;
  private final Function<String, LogConfig> topicConfig;
  private final LeaderContext leaderContext;
  private final ConcurrentHashMap<TopicPartition, Partition> partitions = new ConcurrentHashMap<>();
  private final PartitionTraffic traffic = new PartitionTraffic();
  private final List<LeadershipListener> listeners = new CopyOnWriteArrayList<>();

  /**
   * @param topicConfig the settings of a topic by its name, for logs that are made
   * @param leaderContext what this broker decides with where it leads
   */
  public Partitions(
      int brokerId,
      LogDirectories logs,
      Function<String, LogConfig> topicConfig,
      LeaderContext leaderContext) {
    this.brokerId = brokerId;
    this.logs = logs;
    this.topicConfig = topicConfig;
    this.leaderContext = leaderContext;
  }

  public int brokerId() {
    return brokerId;
  }

  /** What came in and went out of all of them. */
  public PartitionTraffic traffic() {
    return traffic;
  }

  public LogDirectories logs() {
    return logs;
  }

  /** Null when this broker has no replica of it, as far as it was told. */
  public @Nullable Partition find(TopicPartition topicPartition) {
    return partitions.get(topicPartition);
  }

  public Collection<Partition> all() {
    return Collections.unmodifiableCollection(partitions.values());
  }

  /** From now on the listener hears of roles taken and given up. */
  public void addListener(LeadershipListener listener) {
    listeners.add(listener);
  }

  /**
   * The partition, made with its log when there is none. May wait.
   *
   * @param isNew whether the replica has just been assigned to this broker. If not, and a log
   *     directory is offline, its log may lie there, and an empty one must not take its place
   * @throws LogException KAFKA_STORAGE_ERROR if no log can be made
   */
  Partition findOrCreate(TopicPartition topicPartition, @Nullable Uuid topicId, boolean isNew) {
    Partition known = partitions.get(topicPartition);
    if (known != null) {
      return known;
    }
    PartitionLog log = logs.log(topicPartition);
    if (log == null) {
      if (!isNew) {
        ensureNoDirectoryOffline(topicPartition);
      }
      log = logs.createLog(topicPartition, topicId, topicConfig.apply(topicPartition.topic()));
    }
    Partition created = new Partition(brokerId, log, leaderContext, traffic);
    partitions.put(topicPartition, created);
    return created;
  }

  private void ensureNoDirectoryOffline(TopicPartition topicPartition) {
    for (LogDirectoryStatus directory : logs.statuses()) {
      if (directory.fault() != null) {
        throw new LogException(
            ErrorCode.KAFKA_STORAGE_ERROR,
            "There is no log of %s, and log directory %s is offline: it may be there, so none is"
                    .formatted(topicPartition, directory.path())
                + " made. Repair the directory, or take it out of log.dirs if its data is lost",
            directory.fault());
      }
    }
  }

  /** Takes the partition out, if it is there. */
  @Nullable Partition remove(TopicPartition topicPartition) {
    return partitions.remove(topicPartition);
  }

  void announceLeader(Partition partition, int leaderEpoch) {
    listeners.forEach(listener -> listener.onLeader(partition, leaderEpoch));
  }

  void announceNotLeader(Partition partition, int leaderEpoch) {
    listeners.forEach(listener -> listener.onNotLeader(partition, leaderEpoch));
  }
}
