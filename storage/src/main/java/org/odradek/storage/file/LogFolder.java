package org.odradek.storage.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The folder of a partition, which is renamed when the partition is deleted, or when it takes the
 * place of another folder.
 *
 * <p>Thread-safety: any thread.
 */
public final class LogFolder {
  /** Whoever uses a path of the folder reads; whoever renames it writes. */
  private final ReentrantReadWriteLock name = new ReentrantReadWriteLock();

  private volatile Path path;
  private volatile boolean directoryForceWanted;

  public LogFolder(Path path) {
    this.path = path;
  }

  public Path path() {
    return path;
  }

  public Path resolve(String fileName) {
    return path.resolve(fileName);
  }

  /** Something to be done with paths of the folder. */
  @FunctionalInterface
  public interface Work<T> {
    T run() throws IOException;
  }

  /** Runs work during which the folder keeps its name, so that its paths are true. */
  public <T> T inPlace(Work<T> work) throws IOException {
    name.readLock().lock();
    try {
      return work.run();
    } finally {
      name.readLock().unlock();
    }
  }

  /** Renames the folder; open files stay open. Waits for work that needs the old name. */
  public void renameTo(Path target) throws IOException {
    name.writeLock().lock();
    try {
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
      path = target;
    } finally {
      name.writeLock().unlock();
    }
  }

  /**
   * Keeps others from using paths of the folder, for a {@link #renameTo} that must not wait.
   *
   * @return false if somebody is using one: try again later
   */
  public boolean tryHoldName() {
    return name.writeLock().tryLock();
  }

  /** Ends what {@link #tryHoldName} began; on the same thread. */
  public void releaseName() {
    name.writeLock().unlock();
  }

  /** Notes that a file was made, renamed or removed: the next {@link #forceIfWanted} writes it. */
  public void entriesChanged() {
    directoryForceWanted = true;
  }

  /** Forces the folder's entries when some changed since the last time. */
  public void forceIfWanted() throws IOException {
    if (directoryForceWanted) {
      directoryForceWanted = false;
      try {
        inPlace(() -> {
          DurableFiles.forceDirectory(path);
          return true;
        });
      } catch (IOException e) {
        directoryForceWanted = true;
        throw e;
      }
    }
  }
}
