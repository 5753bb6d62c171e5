package org.odradek.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * Small files that are replaced as a whole: written beside, forced, renamed, and the directory
 * forced, so that after a crash there is the old content or the new one, never a mixture.
 *
 * <p>Thread-safety: the writers of one file exclude each other by themselves.
 */
public final class DurableFiles {
  private DurableFiles() {}

  /** Replaces the content of a file durably. The folder must exist. */
  public static void replace(Path file, String content) throws IOException {
    replace(file, ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
  }

  /** Replaces the content of a file durably. The folder must exist. */
  public static void replace(Path file, ByteBuffer content) throws IOException {
    write(file, content, true);
  }

  /**
   * Replaces the content of a file atomically with regard to other processes and a crash of this
   * one, but leaves it to the operating system when it reaches the disk.
   */
  public static void replaceWithoutForce(Path file, ByteBuffer content) throws IOException {
    write(file, content, false);
  }

  private static void write(Path file, ByteBuffer content, boolean force) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = content.duplicate();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      if (force) {
        channel.force(true);
      }
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    if (force) {
      forceDirectory(Objects.requireNonNull(file.toAbsolutePath().getParent()));
    }
  }

  /**
   * Forces everything that was written to the volume of a directory so far, whichever file it is
   * in.
   *
   * @return false where the system cannot do that, and nothing was done
   */
  public static boolean forceVolume(Path directory) throws IOException {
    return NativeFiles.forceVolume(directory);
  }

  /** Forces the entries of a directory to the disk. */
  public static void forceDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
