package org.odradek.storage.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A range of a file mapped for writing: the only place where files are mapped. Its blocks are
 * reserved before, so that a store never meets a full disk.
 *
 * <p>Only get, put and copy touch the mapped bytes: a page that is lost under one of them raises
 * {@link InternalError}, which the caller treats as a storage fault; in native code (checksums,
 * codecs) it would end the process.
 *
 * <p>Reference-counted: made with one reference, unmapped at zero, never under a user. Unmapping
 * may wait, so the last release belongs on a background thread.
 *
 * <p>Thread-safety: any thread may retain and release; writers exclude each other.
 */
public final class MappedWindow {
  /** What mapped ranges begin and end on: a multiple of every page size in use. */
  public static final int GRANULE_BYTES = 64 << 10;

  private static final AtomicInteger MAPPED = new AtomicInteger();

  private final Arena arena;
  private final ByteBuffer bytes;
  private final long start;
  private final long end;
  private final AtomicInteger references = new AtomicInteger(1);

  private MappedWindow(Arena arena, MemorySegment mapping, long start) {
    this.arena = arena;
    this.bytes = mapping.asByteBuffer();
    this.start = start;
    this.end = start + mapping.byteSize();
  }

  /** How many windows are mapped in this process. */
  public static int mappedCount() {
    return MAPPED.get();
  }

  /**
   * Reserves the blocks of {@code [reserveFrom, end)} and maps {@code [start, end)}. May wait.
   *
   * @param start a multiple of {@link #GRANULE_BYTES}
   * @param reserveFrom from where on blocks are not reserved yet, at least {@code start}
   * @param populate whether to fill the page tables too, ahead of the writer
   * @throws DiskFullException if there is no room
   * @throws MapFailedException if the file cannot be mapped; names {@code vm.max_map_count} when
   *     that is the likely reason
   * @throws IOException if the file cannot be opened or its blocks cannot be reserved
   */
  public static MappedWindow map(
      Path file, long start, long reserveFrom, long end, boolean populate) throws IOException {
    if (start % GRANULE_BYTES != 0 || reserveFrom < start || end <= start) {
      throw new IllegalArgumentException(
          "Cannot map " + start + " to " + end + " with blocks reserved up to " + reserveFrom);
    }
    if (reserveFrom < end) {
      NativeFiles.reserve(file, reserveFrom, end - reserveFrom);
    }
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return map(channel, file, start, end, populate);
    }
  }

  private static MappedWindow map(
      FileChannel channel, Path file, long start, long end, boolean populate) throws IOException {
    Arena arena = Arena.ofShared();
    try {
      MemorySegment mapping = channel.map(MapMode.READ_WRITE, start, end - start, arena);
      if (populate) {
        NativeFiles.populate(mapping);
      }
      MAPPED.incrementAndGet();
      return new MappedWindow(arena, mapping, start);
    } catch (IOException e) {
      arena.close();
      throw new MapFailedException(
          "Cannot map "
              + (end - start)
              + " bytes of "
              + file
              + " at "
              + start
              + ", with "
              + MAPPED.get()
              + " windows mapped already: "
              + e.getMessage()
              + ". If that is near the limit of maps per process, raise vm.max_map_count (sysctl)",
          e);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  /** Where in the file the window begins. */
  public long start() {
    return start;
  }

  /** Where in the file the window ends, exclusive. */
  public long end() {
    return end;
  }

  /** Whether the range of the file lies within the window. */
  public boolean covers(long position, int lengthBytes) {
    return position >= start && position + lengthBytes <= end;
  }

  /** Copies bytes to a position of the file, moving no buffer position. */
  public void put(long position, ByteBuffer source, int sourceIndex, int lengthBytes) {
    bytes.put(index(position), source, sourceIndex, lengthBytes);
  }

  public void putLong(long position, long value) {
    bytes.putLong(index(position), value);
  }

  public void putInt(long position, int value) {
    bytes.putInt(index(position), value);
  }

  /** Stores a value after everything stored before it, as another process would see it. */
  public void putIntLast(long position, int value) {
    VarHandle.releaseFence();
    bytes.putInt(index(position), value);
  }

  private int index(long position) {
    return (int) (position - start);
  }

  public MappedWindow retain() {
    int before = references.getAndIncrement();
    if (before <= 0) {
      references.getAndDecrement();
      throw new IllegalStateException("Retained after its last release, references " + before);
    }
    return this;
  }

  /** Gives a reference back; the last one unmaps. */
  public void release() {
    int left = references.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException("Released more often than retained, references " + left);
    }
    if (left == 0) {
      arena.close();
      MAPPED.decrementAndGet();
    }
  }
}
