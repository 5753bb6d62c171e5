package org.odradek.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.storage.file.DataFile;
import org.odradek.storage.file.OpenFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All partition logs of a broker, over all of its {@code log.dirs}: opens and recovers them, keeps
 * the checkpoint files, retention and deletion going.
 *
 * <p>Thread-safety: any thread; all operations but the look-ups may wait for the disk.
 */
public final class LogDirectories implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LogDirectories.class);

  private final StorageRuntime runtime;
  private final LogOwnership owner;
  private final List<DirectoryStore> stores = new ArrayList<>();
  private final Map<TopicPartition, PartitionLog> logs = new ConcurrentHashMap<>();
  private final FutureLogs futures = new FutureLogs(stores, logs);
  private final Map<TopicPartition, Path> preferred = new ConcurrentHashMap<>();
  private final List<Consumer<LogDirectoryStatus>> offlineListeners = new CopyOnWriteArrayList<>();
  private final PeriodicWork periodicWork;

  /** Logs that are being made, and where; guarded by {@link #changes}. */
  private final Map<TopicPartition, DirectoryStore> making = new HashMap<>();

  /** Guards making and deleting logs. */
  private final Object changes = new Object();

  private LogDirectories(StorageSettings settings, StorageRuntime runtime) {
    this.runtime = runtime;
    this.owner = new LogOwnership(settings.brokerId(), settings.clusterId());
    OpenFiles openFiles = new OpenFiles(settings.openFilesMax());
    for (Path path : settings.logDirs()) {
      stores.add(
          new DirectoryStore(
              new LogDirectory(
                  path.toAbsolutePath().normalize(),
                  settings,
                  runtime,
                  openFiles,
                  this::wentOffline)));
    }
    this.periodicWork = new PeriodicWork(settings, runtime, stores);
  }

  /**
   * Does once for the process what the first write would have to do else: some tens of milliseconds
   * of computing. May be called by any thread, at any time, or not at all.
   */
  public static void prepareProcess() {
    DataFile.linkSystemCalls();
  }

  /**
   * Locks the directories, reads their {@code meta.properties}, opens and where needed recovers all
   * partitions, and begins the periodic work. May take long after a crash.
   *
   * @throws LogDirectoryLockedException if another process has one of the directories
   * @throws IOException if all directories fail, or {@code meta.properties} contradict the settings
   *     or each other; the message says how to go on
   */
  public static LogDirectories open(StorageSettings settings, StorageRuntime runtime)
      throws IOException {
    var opened = new LogDirectories(settings, runtime);
    try {
      opened.openAll();
    } catch (IOException | RuntimeException | Error e) {
      opened.stores.forEach(DirectoryStore::abandon);
      throw e;
    }
    opened.periodicWork.start();
    return opened;
  }

  private void openAll() throws IOException {
    for (DirectoryStore store : stores) {
      try {
        store.lock();
        owner.adopt(store.directory().path());
        store.openLogs();
      } catch (LogDirectoryLockedException | LogOwnership.MismatchException e) {
        throw e;
      } catch (IOException | LogException e) {
        var unused = store.directory().failed("Opening", e);
      }
    }
    for (DirectoryStore store : stores) {
      if (store.directory().online()) {
        for (Map.Entry<TopicPartition, PartitionLog> each : store.logs().entrySet()) {
          PartitionLog other = logs.putIfAbsent(each.getKey(), each.getValue());
          if (other != null) {
            logs.put(each.getKey(), futures.settle(other, each.getValue()));
          }
        }
      }
    }
    ensureAnyOnline();
    futures.resume(offline() == null);
  }

  private @Nullable LogDirectory offline() {
    for (DirectoryStore store : stores) {
      if (!store.directory().online()) {
        return store.directory();
      }
    }
    return null;
  }

  private void ensureAnyOnline() throws IOException {
    Throwable first = null;
    for (DirectoryStore store : stores) {
      Throwable fault = store.directory().fault();
      if (fault == null) {
        return;
      }
      first = fault;
    }
    throw new IOException(
        "None of the log directories can be used"
            + (first == null ? ", as none is given" : ": " + first.getMessage()),
        first);
  }

  private void wentOffline(LogDirectory directory) {
    logs.values().removeIf(log -> log.state().directory == directory);
    futures.removeIn(directory);
    LogDirectoryStatus status = status(directory);
    for (Consumer<LogDirectoryStatus> listener : offlineListeners) {
      listener.accept(status);
    }
  }

  /** The broker id that {@code meta.properties} had or now has; -1 when none is known. */
  public int brokerId() {
    return owner.brokerId();
  }

  /** The cluster id that {@code meta.properties} had or now has; empty when none is known. */
  public String clusterId() {
    return owner.clusterId();
  }

  /** Writes {@code meta.properties} into every directory where they are missing or incomplete. */
  public void writeMeta(int newBrokerId, String newClusterId) {
    owner.become(
        newBrokerId, newClusterId, stores.stream().map(DirectoryStore::directory).toList());
  }

  /** The log of a partition; null when there is none, or its directory is offline. */
  public @Nullable PartitionLog log(TopicPartition partition) {
    return logs.get(partition);
  }

  /** All logs of online directories. */
  public Collection<PartitionLog> logs() {
    return logs.values();
  }

  /**
   * The log of a partition. When there is none, it is made: where its folder is already, if it
   * could not be opened at the start, else in the directory that was asked for, else in the one
   * with the fewest partitions.
   *
   * @param topicId written to {@code partition.metadata}; null for none
   * @throws LogException KAFKA_STORAGE_ERROR if all directories are offline or full, or the one
   *     chosen fails
   */
  public PartitionLog createLog(
      TopicPartition partition, @Nullable Uuid topicId, LogConfig config) {
    DirectoryStore chosen;
    synchronized (changes) {
      PartitionLog existing = logs.get(partition);
      if (existing != null) {
        return existing;
      }
      chosen = choose(partition);
      if (making.putIfAbsent(partition, chosen) != null) {
        throw new IllegalStateException("The log of " + partition + " is being made already");
      }
    }
    // Outside of the lock: thousands may be made at once.
    try {
      PartitionLog created = chosen.create(partition, topicId, config);
      synchronized (changes) {
        created.state().ensureOpen(); // the directory may have gone offline
        logs.put(partition, created);
        preferred.remove(partition);
      }
      return created;
    } finally {
      synchronized (changes) {
        making.remove(partition);
      }
    }
  }

  private DirectoryStore choose(TopicPartition partition) {
    DirectoryStore chosen = null;
    long fewest = Long.MAX_VALUE;
    Path wanted = preferred.get(partition);
    for (DirectoryStore store : stores) {
      if (!store.directory().online()) {
        continue;
      }
      if (store.hasFolder(partition)) {
        return store;
      }
      if (store.directory().path().equals(wanted)) {
        chosen = store;
        fewest = -1;
      }
      long count = store.size() + making.values().stream().filter(in -> in == store).count();
      if (count < fewest) {
        chosen = store;
        fewest = count;
      }
    }
    if (chosen == null) {
      throw new LogException(
          ErrorCode.KAFKA_STORAGE_ERROR,
          "Cannot create the log of " + partition + ": all log directories are offline");
    }
    return chosen;
  }

  // Moving logs from one directory to another (KIP-113)

  /**
   * One of {@code log.dirs}, as a tool names it.
   *
   * @throws LogException LOG_DIR_NOT_FOUND if there is none of that name, KAFKA_STORAGE_ERROR if it
   *     is offline
   */
  private DirectoryStore store(String path) {
    for (DirectoryStore store : stores) {
      if (store.directory().path().toString().equals(path)) {
        store.directory().ensureOnline();
        return store;
      }
    }
    throw new LogException(
        ErrorCode.LOG_DIR_NOT_FOUND,
        "Log directory "
            + path
            + " is none of log.dirs, which are "
            + stores.stream().map(store -> store.directory().path()).toList());
  }

  /**
   * Asks that the log of a partition be in a directory. Where there is one already, a copy begins
   * to grow there, to be filled by {@link LogMove#copy}; one that grew elsewhere is deleted. Asking
   * for the directory it is in ends a move. May wait.
   *
   * @param path one of {@code log.dirs}, absolute
   * @return what is to be copied; null when there is nothing, as the log is there, or is to be made
   * @throws LogException LOG_DIR_NOT_FOUND, KAFKA_STORAGE_ERROR if the directory (or, for a log
   *     that is to be copied, any) is offline, INVALID_TOPIC_EXCEPTION if the name of the topic is
   *     too long for the name of such a folder
   */
  public @Nullable LogMove move(TopicPartition partition, String path) {
    String folderName = FolderName.future(partition);
    if (folderName == null) {
      throw new LogException(
          ErrorCode.INVALID_TOPIC_EXCEPTION,
          "The name of topic " + partition.topic() + " is too long for its logs to be moved");
    }
    synchronized (changes) {
      DirectoryStore destination = store(path);
      PartitionLog growing = futures.find(partition);
      if (growing != null && growing.state().directory != destination.directory()) {
        LOG.info("The move of {} to {} is given up", partition, growing.directory());
        futures.delete(partition);
      }
      PartitionLog now = logs.get(partition);
      if (now == null) {
        preferred.put(partition, destination.directory().path());
        return null;
      }
      if (now.state().directory == destination.directory()) {
        return null;
      }
      PartitionLog future = futures.find(partition);
      if (future == null) {
        ensureAllOnline(partition);
        future = destination.createFuture(partition, now.topicId(), now.config(), folderName);
        if (now.logStartOffset() > 0) {
          future.truncateFullyAndStartAt(now.logStartOffset());
        }
        futures.add(future);
      }
      return new LogMove(now, future);
    }
  }

  /** In one that is offline there may be a copy already. */
  private void ensureAllOnline(TopicPartition partition) {
    LogDirectory offline = offline();
    if (offline != null) {
      throw new LogException(
          ErrorCode.KAFKA_STORAGE_ERROR,
          "The log of "
              + partition
              + " is not moved while log directory "
              + offline
              + " is offline");
    }
  }

  /** The move of a partition that is under way; null when there is none. */
  public @Nullable LogMove moveOf(TopicPartition partition) {
    PartitionLog now = logs.get(partition);
    PartitionLog future = futures.find(partition);
    return now == null || future == null ? null : new LogMove(now, future);
  }

  /** The copies that grow in online directories. */
  public Collection<PartitionLog> futureLogs() {
    return futures.all().values();
  }

  /** Runs a swap while nobody appends to the current log of the partition, or cuts it. */
  @FunctionalInterface
  public interface Exclusively {
    /**
     * @param swap returns whether it took place
     * @return the same
     */
    boolean run(BooleanSupplier swap);
  }

  /**
   * Lets the copy take the place of the current log, if next to nothing is left to be copied. May
   * wait, but not while {@code exclusively} runs the swap, which copies the rest.
   *
   * @return whether it has; if not, there is more to be copied, or it is to be tried again
   */
  public boolean finish(LogMove move, Exclusively exclusively) {
    PartitionLog now = move.from();
    PartitionLog future = move.to();
    synchronized (changes) {
      if (logs.get(now.topicPartition()) != now || futures.find(now.topicPartition()) != future) {
        return false;
      }
      futures.preparePromotion(now, future);
      if (!exclusively.run(() -> futures.promote(move))) {
        return false;
      }
      futures.finishPromotion(now, future);
      return true;
    }
  }

  /** As {@link #deleteLogs}, for one. */
  public void deleteLog(TopicPartition partition) {
    deleteLogs(List.of(partition));
  }

  /**
   * Takes the logs out at once, renames their folders, and deletes their files after the delay.
   * Partitions without a log are passed over.
   *
   * @throws LogException KAFKA_STORAGE_ERROR if a directory fails meanwhile
   */
  public void deleteLogs(Collection<TopicPartition> partitions) {
    synchronized (changes) {
      Map<DirectoryStore, List<PartitionLog>> byStore = new HashMap<>();
      for (TopicPartition partition : partitions) {
        preferred.remove(partition);
        futures.delete(partition);
        PartitionLog log = logs.remove(partition);
        if (log != null) {
          byStore.computeIfAbsent(futures.storeOf(log), first -> new ArrayList<>()).add(log);
        }
      }
      byStore.forEach(DirectoryStore::delete);
    }
  }

  /** New settings for all partitions of a topic. */
  public void reconfigureTopic(String topic, LogConfig config) {
    Stream.concat(logs.values().stream(), futures.all().values().stream())
        .filter(log -> log.topicPartition().topic().equals(topic))
        .forEach(log -> log.reconfigure(config));
  }

  /** How the directories are, in the order of {@code log.dirs}. May wait. */
  public List<LogDirectoryStatus> statuses() {
    return stores.stream().map(store -> status(store.directory())).toList();
  }

  private static LogDirectoryStatus status(LogDirectory directory) {
    long total = -1;
    long usable = -1;
    try {
      var store = Files.getFileStore(directory.path());
      total = store.getTotalSpace();
      usable = store.getUsableSpace();
    } catch (IOException e) {
      LOG.debug("The room of {} is not known: {}", directory, e.toString());
    }
    return new LogDirectoryStatus(directory.path(), directory.fault(), total, usable);
  }

  /** Told once for each directory that goes offline, on the thread that met the fault. */
  public void onDirectoryOffline(Consumer<LogDirectoryStatus> listener) {
    offlineListeners.add(listener);
  }

  /**
   * A clean stop: everything is forced and trimmed, checkpoints and {@code .kafka_cleanshutdown}
   * are written, locks are released. The runtime's executors have to be running still.
   */
  @Override
  public void close() {
    periodicWork.stop();
    synchronized (changes) {
      stores.forEach(DirectoryStore::close);
      logs.clear();
      futures.all().clear();
    }
  }

  /** As when the process dies: nothing is written. For crash tests. */
  void abandon() {
    periodicWork.stop();
    stores.forEach(DirectoryStore::abandon);
  }

  /** The periodic work, to be done by hand in tests. */
  PeriodicWork periodicWork() {
    return periodicWork;
  }

  StorageRuntime runtime() {
    return runtime;
  }
}
