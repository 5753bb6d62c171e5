package org.odradek.storage.file;

import java.io.IOException;

/** There is no room for blocks that were to be reserved. Nothing is broken: it may end. */
public final class DiskFullException extends IOException {
  private static final long serialVersionUID = 1L;

  public DiskFullException(String message) {
    super(message);
  }

  /** Whether an I/O error of the JDK says that the disk, or a quota of it, is full. */
  public static boolean isDiskFull(Throwable error) {
    if (error instanceof DiskFullException) {
      return true;
    }
    String message = error instanceof IOException ? error.getMessage() : null;
    return message != null
        && (message.contains("No space left on device") || message.contains("Disk quota exceeded"));
  }
}
