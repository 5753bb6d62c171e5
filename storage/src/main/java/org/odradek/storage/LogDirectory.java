package org.odradek.storage;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.storage.file.DiskFullException;
import org.odradek.storage.file.OpenFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One of {@code log.dirs}: its first storage fault is latched and takes it offline for good; a full
 * disk is a state that ends by itself.
 *
 * <p>Thread-safety: any thread.
 */
final class LogDirectory {
  private static final Logger LOG = LoggerFactory.getLogger(LogDirectory.class);

  /** How much room there is. */
  enum Space {
    ENOUGH,
    /** Retention runs early. */
    LOW,
    /** Appends are refused. */
    FULL
  }

  private final Path path;
  private final StorageSettings settings;
  private final StorageRuntime runtime;
  private final OpenFiles openFiles;
  private final Consumer<LogDirectory> onOffline;
  private final AtomicReference<@Nullable Throwable> fault = new AtomicReference<>();
  private volatile @Nullable OffsetsWriter offsetsWriter;
  private volatile Space space = Space.ENOUGH;

  LogDirectory(
      Path path,
      StorageSettings settings,
      StorageRuntime runtime,
      OpenFiles openFiles,
      Consumer<LogDirectory> onOffline) {
    this.path = path;
    this.settings = settings;
    this.runtime = runtime;
    this.openFiles = openFiles;
    this.onOffline = onOffline;
  }

  /** What rewrites the checkpoints; set once the directory's logs are opened. */
  void onOffsetsLowered(OffsetsWriter writer) {
    offsetsWriter = writer;
  }

  /** Rewrites checkpoints. */
  interface OffsetsWriter {
    void write() throws IOException;
  }

  /**
   * The log end of a partition went down: checkpoints that say more must not be read after a crash.
   * May wait; before anything is appended again.
   */
  void offsetsLowered() throws IOException {
    OffsetsWriter writer = offsetsWriter;
    if (writer != null) {
      writer.write();
    }
  }

  Path path() {
    return path;
  }

  StorageSettings settings() {
    return settings;
  }

  StorageRuntime runtime() {
    return runtime;
  }

  OpenFiles openFiles() {
    return openFiles;
  }

  long nowMs() {
    return runtime.clockMs().getAsLong();
  }

  @Nullable Throwable fault() {
    return fault.get();
  }

  boolean online() {
    return fault.get() == null;
  }

  void ensureOnline() {
    Throwable first = fault.get();
    if (first != null) {
      throw new LogException(
          ErrorCode.KAFKA_STORAGE_ERROR,
          "Log directory " + path + " is offline since a storage fault: " + first.getMessage());
    }
  }

  /** As {@link #ensureOnline}, and there is room. */
  void ensureWritable() {
    ensureOnline();
    if (space == Space.FULL) {
      throw full(null);
    }
  }

  private LogException full(@Nullable Throwable cause) {
    return new LogException(
        ErrorCode.KAFKA_STORAGE_ERROR,
        "The disk of log directory "
            + path
            + " is full: appends are refused until there is room again; delete records or topics,"
            + " lower retention, or make room",
        cause);
  }

  /**
   * Turns a failed operation into what the caller throws: a full disk refuses the operation, an
   * interrupt and a limit of the process fail it, all else takes the directory offline.
   */
  LogException failed(String operation, Throwable cause) {
    if (cause instanceof LogException already) {
      return already;
    }
    if (DiskFullException.isDiskFull(cause)) {
      space(Space.FULL);
      return full(cause);
    }
    String message = operation + " in log directory " + path + " failed: " + cause;
    LogException failure = new LogException(ErrorCode.KAFKA_STORAGE_ERROR, message, cause);
    // An interrupted reader closes the channel for others too; neither that nor a limit of the
    // process says anything about the disk.
    if (cause instanceof ClosedChannelException || OpenFiles.isTooMany(cause)) {
      return failure;
    }
    if (fault.compareAndSet(null, failure)) {
      LOG.error("{}. The directory is taken offline", message, cause);
      onOffline.accept(this);
    }
    return failure;
  }

  Space space() {
    return space;
  }

  /** Notes how much room there is; says so when it changes. */
  void space(Space now) {
    Space before = space;
    if (before == now) {
      return;
    }
    space = now;
    switch (now) {
      case FULL ->
          LOG.error(
              "Disk of log directory {} is full: appends are refused until there is room", path);
      case LOW -> LOG.warn("Disk of log directory {} is nearly full: retention runs early", path);
      case ENOUGH -> LOG.info("Disk of log directory {} has room again", path);
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
