package org.odradek.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
      writeAll(channel, content);
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
   * Writes into a file if it is there and empty; leaves it to the operating system when that
   * reaches the disk. After a crash it has the content, or is as empty as before, or, where the
   * system and not only the process came down, is damaged.
   *
   * <p>Replacing an empty file would free its inode. ext4 does not give out freed inodes for some
   * minutes, and looks at each of them whenever it makes a file: with thousands of them that takes
   * longer than all else.
   *
   * @return false if the file is missing or not empty: nothing was written
   */
  public static boolean fillEmpty(Path file, ByteBuffer content) throws IOException {
    try {
      if (Files.size(file) != 0) {
        return false;
      }
    } catch (NoSuchFileException e) {
      return false;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      writeAll(channel, content);
    }
    return true;
  }

  private static void writeAll(FileChannel channel, ByteBuffer content) throws IOException {
    ByteBuffer bytes = content.duplicate();
    while (bytes.hasRemaining()) {
      channel.write(bytes);
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
