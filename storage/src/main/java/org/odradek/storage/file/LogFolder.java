package org.odradek.storage.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The folder of a partition, which is renamed when the partition is deleted.
 *
 * <p>Thread-safety: any thread.
 */
public final class LogFolder {
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

  /** Renames the folder; open files stay open. */
  public void renameTo(Path target) throws IOException {
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    path = target;
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
        DurableFiles.forceDirectory(path);
      } catch (IOException e) {
        directoryForceWanted = true;
        throw e;
      }
    }
  }
}
