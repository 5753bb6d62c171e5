package org.odradek.storage.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Keeps the number of open files bounded: files are opened when used, and the least recently used
 * ones are closed when there are too many (second chance: a file used since it was last looked at
 * stays). A file in use is closed when its last user is done.
 *
 * <p>Thread-safety: any thread.
 */
public final class OpenFiles {
  private final int max;
  private final Set<DataFile> open = new LinkedHashSet<>();

  /**
   * @param max how many files not in use may be open, at least 1
   */
  public OpenFiles(int max) {
    if (max < 1) {
      throw new IllegalArgumentException("At least one open file is needed, not " + max);
    }
    this.max = max;
  }

  /** Whether an I/O error says that the process or the system has too many files open. */
  public static boolean isTooMany(Throwable error) {
    if (error instanceof TooManyFilesException) {
      return true;
    }
    String message = error instanceof IOException ? error.getMessage() : null;
    return message != null && message.contains("Too many open files");
  }

  /** How many files are kept open. */
  public synchronized int count() {
    return open.size();
  }

  void opened(DataFile file) {
    List<DataFile> victims = List.of();
    synchronized (this) {
      open.add(file);
      if (open.size() > max) {
        victims = chooseVictims();
      }
    }
    victims.forEach(DataFile::closeWhenUnused);
  }

  synchronized void closed(DataFile file) {
    open.remove(file);
  }

  private List<DataFile> chooseVictims() {
    List<DataFile> victims = new ArrayList<>();
    List<DataFile> spared = new ArrayList<>();
    int looks = 2 * open.size();
    while (open.size() + spared.size() > max && looks-- > 0) {
      Iterator<DataFile> oldest = open.iterator();
      if (!oldest.hasNext()) {
        open.addAll(spared);
        spared.clear();
        continue;
      }
      DataFile candidate = oldest.next();
      oldest.remove();
      if (candidate.clearUsed()) {
        spared.add(candidate);
      } else {
        victims.add(candidate);
      }
    }
    open.addAll(spared);
    return victims;
  }
}
