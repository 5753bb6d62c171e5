package org.odradek.storage;

import java.io.IOException;

/** Another process has the log directory: the broker cannot start. The message tells which. */
public final class LogDirectoryLockedException extends IOException {
  private static final long serialVersionUID = 1L;

  public LogDirectoryLockedException(String message) {
    super(message);
  }
}
