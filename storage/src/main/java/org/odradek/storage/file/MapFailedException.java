package org.odradek.storage.file;

import java.io.IOException;

/** A file could not be mapped: a limit of the process, not a fault of the disk. */
public final class MapFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  public MapFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
