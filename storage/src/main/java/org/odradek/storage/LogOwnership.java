package org.odradek.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Whose logs the directories hold: the broker id and the cluster id, on which the settings and all
 * {@code meta.properties} have to agree.
 *
 * <p>Thread-safety: any thread may look; {@link #adopt} and {@link #become} come one after the
 * other, and may wait for the disk.
 */
final class LogOwnership {
  private volatile int brokerId;
  private volatile String clusterId;

  /** {@code meta.properties} contradict the settings, or each other. */
  static final class MismatchException extends IOException {
    private static final long serialVersionUID = 1L;

    MismatchException(String message) {
      super(message);
    }
  }

  /**
   * @param brokerId as configured, -1 for whatever {@code meta.properties} say
   * @param clusterId as known, empty likewise
   */
  LogOwnership(int brokerId, String clusterId) {
    this.brokerId = brokerId;
    this.clusterId = clusterId;
  }

  /** -1 while none is known. */
  int brokerId() {
    return brokerId;
  }

  /** Empty while none is known. */
  String clusterId() {
    return clusterId;
  }

  /**
   * Takes over what a directory says of itself, if it says something.
   *
   * @throws MismatchException if that is not what is known already; the message says how to go on
   * @throws IOException if the file cannot be read
   */
  void adopt(Path directory) throws IOException {
    @Nullable MetaProperties meta = MetaProperties.read(directory);
    if (meta == null) {
      return;
    }
    if (meta.brokerId() >= 0) {
      if (brokerId >= 0 && brokerId != meta.brokerId()) {
        throw new MismatchException(
            "broker.id is "
                + brokerId
                + ", but meta.properties in "
                + directory
                + " says "
                + meta.brokerId()
                + ": these are another broker's logs; correct broker.id or log.dirs");
      }
      brokerId = meta.brokerId();
    }
    if (!meta.clusterId().isEmpty()) {
      if (!clusterId.isEmpty() && !clusterId.equals(meta.clusterId())) {
        throw new MismatchException(
            "The cluster id is "
                + clusterId
                + ", but meta.properties in "
                + directory
                + " says "
                + meta.clusterId()
                + ": these logs belong to another cluster; correct zookeeper.connect or log.dirs");
      }
      clusterId = meta.clusterId();
    }
  }

  /** Writes {@code meta.properties} into those directories where they are missing or incomplete. */
  synchronized void become(
      int newBrokerId, String newClusterId, Collection<LogDirectory> directories) {
    brokerId = newBrokerId;
    clusterId = newClusterId;
    var wanted = new MetaProperties(newBrokerId, newClusterId);
    for (LogDirectory directory : directories) {
      if (!directory.online()) {
        continue;
      }
      try {
        if (!wanted.equals(MetaProperties.read(directory.path()))) {
          wanted.write(directory.path(), directory.nowMs());
        }
      } catch (IOException e) {
        var unused = directory.failed("Writing meta.properties", e);
      }
    }
  }
}
