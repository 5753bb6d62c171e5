package org.odradek.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.RecordsPayload;
import org.odradek.storage.file.DataFile;

/**
 * A region of a segment file: bytes for the network without a copy through the heap ({@link
 * #channel} with {@link #position}, for {@code transferTo}), or by {@link #writeTo}.
 *
 * <p>Reference-counted: made with one reference; at zero the file may be closed. The file stays
 * open, and its bytes readable, while there is a reference, even when the segment is deleted.
 * Truncation of the log may make the file shorter than the region: then a transfer comes up short,
 * and the connection has to be closed, as its frame cannot be completed.
 *
 * <p>Thread-safety: any thread.
 */
public final class FileRecords implements RecordsPayload {
  /** No bytes. */
  public static final FileRecords EMPTY = new FileRecords(null, 0, 0, true);

  private final DataFile.@Nullable Handle file;
  private final long position;
  private final int sizeInBytes;
  private final boolean likelyResident;
  private final AtomicInteger references = new AtomicInteger(1);

  /** Takes over the caller's hold of the file. */
  FileRecords(
      DataFile.@Nullable Handle file, long position, int sizeInBytes, boolean likelyResident) {
    this.file = file;
    this.position = position;
    this.sizeInBytes = sizeInBytes;
    this.likelyResident = likelyResident;
  }

  /** Whether there is nothing to transfer, and so no {@link #channel}. */
  public boolean isEmpty() {
    return sizeInBytes == 0;
  }

  /**
   * The file to transfer from.
   *
   * @throws IllegalStateException if the region is empty
   */
  public FileChannel channel() {
    if (file == null) {
      throw new IllegalStateException("An empty region has no file");
    }
    return file.channel();
  }

  /** Where in the file the region begins. */
  public long position() {
    return position;
  }

  @Override
  public int sizeInBytes() {
    return sizeInBytes;
  }

  /**
   * Whether the range was written lately, so that it is most likely in the page cache and may be
   * read or transferred on an event loop.
   */
  public boolean likelyResident() {
    return likelyResident;
  }

  /**
   * Whether the region is in the page cache, with what the kernel would read ahead of it, as far as
   * looks without waiting can tell.
   */
  public boolean isCached() {
    if (file == null) {
      return true;
    }
    try {
      long behind = file.channel().size() - position - sizeInBytes;
      return file.isCached(position, sizeInBytes, Math.clamp(behind, 0, DataFile.READAHEAD_BYTES));
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Reads what of a part is in the page cache, up to the first byte that is not; waits for nothing.
   *
   * @param from where in the region the part begins
   * @param target a direct buffer with room for the part, and no more than the region has
   * @return how many bytes were read, by which the buffer's position goes on; 0 too where the
   *     system cannot do that
   */
  public int readCached(int from, ByteBuffer target) {
    return file == null ? 0 : file.readCached(position + from, target);
  }

  /** All bytes, copied to a new heap buffer. */
  public ByteBuffer readFully() {
    ByteBuffer bytes = ByteBuffer.allocate(sizeInBytes);
    writeTo(bytes);
    return bytes.flip();
  }

  /**
   * {@inheritDoc}
   *
   * @throws UncheckedIOException if the file cannot be read, or ends before the region does
   */
  @Override
  public void writeTo(ByteBuffer target) {
    if (sizeInBytes == 0) {
      return;
    }
    ByteBuffer region = target.slice(target.position(), sizeInBytes);
    try {
      while (region.hasRemaining()) {
        int read = channel().read(region, position + region.position());
        if (read < 0) {
          throw new IOException(
              "File ends "
                  + region.remaining()
                  + " bytes before the region of "
                  + sizeInBytes
                  + " bytes at "
                  + position);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    target.position(target.position() + sizeInBytes);
  }

  /** Adds a reference. */
  public FileRecords retain() {
    if (file != null) {
      int before = references.getAndIncrement();
      if (before <= 0) {
        references.getAndDecrement();
        throw new IllegalStateException("Retained after its last release, references " + before);
      }
    }
    return this;
  }

  /** Gives a reference back; the last one lets go of the file. */
  public void release() {
    if (file == null) {
      return;
    }
    int left = references.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException("Released more often than retained, references " + left);
    }
    if (left == 0) {
      file.release();
    }
  }
}
