package org.odradek.storage;

import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;

/**
 * All partition logs of a broker, over all of its {@code log.dirs}: opens and recovers them, keeps
 * the checkpoint files, retention and deletion going.
 *
 * <p>Thread-safety: any thread; all operations but the look-ups may wait for the disk.
 */
public abstract class LogDirectories {
  LogDirectories() {}

  /** The broker id that {@code meta.properties} had or now has. */
  public abstract int brokerId();

  /** The cluster id that {@code meta.properties} had; empty when there was none. */
  public abstract String clusterId();

  /** Writes {@code meta.properties} into every directory that has none or lacks the cluster id. */
  public abstract void writeMeta(int brokerId, String clusterId);

  /** The log of a partition; null when there is none, or its directory is offline. */
  public abstract @Nullable PartitionLog log(TopicPartition partition);

  /** All logs of online directories. */
  public abstract Collection<PartitionLog> logs();

  /**
   * The log of a partition, made in the directory with the fewest partitions when there is none.
   *
   * @param topicId written to {@code partition.metadata}; null for none
   * @throws LogException KAFKA_STORAGE_ERROR if all directories are offline, or the one chosen
   *     fails
   */
  public abstract PartitionLog createLog(
      TopicPartition partition, @Nullable Uuid topicId, LogConfig config);

  /** Takes the log out at once, renames its folder, and deletes its files after the delay. */
  public abstract void deleteLog(TopicPartition partition);

  /** New settings for all partitions of a topic. */
  public abstract void reconfigureTopic(String topic, LogConfig config);

  /** How the directories are, in the order of {@code log.dirs}. */
  public abstract List<LogDirectoryStatus> statuses();

  /** Told once for each directory that goes offline, on the thread that met the fault. */
  public abstract void onDirectoryOffline(Consumer<LogDirectoryStatus> listener);

  /**
   * A clean stop: everything is forced and trimmed, checkpoints and {@code .kafka_cleanshutdown}
   * are written, locks are released.
   */
  public abstract void close();
}
