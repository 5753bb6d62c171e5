package org.odradek.storage.file;

import java.io.IOException;

/** The process or the system may not open more files: a limit, not a fault of the disk. */
final class TooManyFilesException extends IOException {
  private static final long serialVersionUID = 1L;

  TooManyFilesException(String message) {
    super(message);
  }
}
