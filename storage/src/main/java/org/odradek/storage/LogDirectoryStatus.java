package org.odradek.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How a log directory is.
 *
 * @param path its absolute path, as DescribeLogDirs reports it
 * @param fault the first storage fault, which took the directory offline; null while it is online
 * @param totalBytes the size of its volume; -1 when not known
 * @param usableBytes what is left on its volume; -1 when not known
 */
public record LogDirectoryStatus(
    Path path, @Nullable Throwable fault, long totalBytes, long usableBytes) {

  public boolean online() {
    return fault == null;
  }
}
