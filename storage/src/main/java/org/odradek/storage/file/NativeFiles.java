package org.odradek.storage.file;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What Java's file API lacks: blocks reserved by {@code fallocate}, so that a full disk is met
 * before anything is written, a whole volume forced at once by {@code syncfs}, reads that do not
 * wait for a disk ({@code preadv2} with {@code RWF_NOWAIT}), and to be told what is in the page
 * cache ({@code cachestat}). On other systems than Linux, and on file systems that cannot reserve,
 * the file is extended instead, and a full disk is met later.
 *
 * <p>It is not {@code posix_fallocate}, which on such a file system reads and writes a byte of each
 * block: that would take back what someone else writes there at the same moment.
 *
 * <p>Thread-safety: any thread. May wait.
 */
final class NativeFiles {
  private static final int O_RDONLY = 0;
  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 0x80000;
  private static final int EPERM = 1;
  private static final int EINTR = 4;
  private static final int ENFILE = 23;
  private static final int EMFILE = 24;
  private static final int ENOSPC = 28;
  private static final int RWF_NOWAIT = 8;

  /** Between two looks at a range; readahead and eviction go by pieces of about this size. */
  private static final int LOOK_EVERY_BYTES = 64 << 10;

  private static final int EOPNOTSUPP = 95;
  private static final int ENOSYS = 38;
  private static final int EDQUOT = 122;

  /** The same number on all architectures that are served. */
  private static final int CACHESTAT = 451;

  /** Numbers of pages: in the cache, dirty, written out, evicted, evicted lately. */
  private static final int CACHESTAT_FIELDS = 5;

  private static volatile boolean cachestatIsThere =
      List.of("amd64", "aarch64").contains(System.getProperty("os.arch", ""));

  private static final @Nullable Calls CALLS = Calls.link();

  private NativeFiles() {}

  /**
   * Whether blocks are really reserved on this system. The first who asks waits until the calls are
   * linked, some tens of milliseconds.
   */
  static boolean reservesBlocks() {
    return CALLS != null;
  }

  /**
   * Reserves blocks for a range of an existing file, which grows when it ends before the range; new
   * bytes are zero, old ones are kept.
   *
   * @throws DiskFullException if there is no room
   */
  static void reserve(Path file, long from, long lengthBytes) throws IOException {
    int error = CALLS == null ? EOPNOTSUPP : CALLS.reserve(file, from, lengthBytes);
    switch (error) {
      case 0 -> {}
      case EOPNOTSUPP, ENOSYS -> extend(file, from + lengthBytes);
      case ENOSPC, EDQUOT ->
          throw new DiskFullException(
              "No room to reserve "
                  + lengthBytes
                  + " bytes for "
                  + file
                  + " at "
                  + from
                  + (error == EDQUOT ? " (quota exceeded)" : ""));
      default ->
          throw new IOException(
              "Reserving "
                  + lengthBytes
                  + " bytes for "
                  + file
                  + " at "
                  + from
                  + " failed with errno "
                  + error);
    }
  }

  /**
   * Opens a file to read what of it is cached.
   *
   * @return a descriptor; negative where that cannot be done
   */
  static int openForLooks(Path file) {
    return CALLS == null || CALLS.preadv2 == null ? -1 : CALLS.openForLooks(file);
  }

  static void close(int descriptor) {
    if (CALLS != null) {
      CALLS.closeQuietly(descriptor);
    }
  }

  /**
   * Whether a range of a file is most likely in the page cache: all of it, where the kernel tells
   * of ranges ({@code cachestat}, Linux 6.5), or bytes of it, one of each 64 KiB and the last. Does
   * not wait.
   *
   * @param descriptor of {@link #openForLooks}
   */
  static boolean isCached(int descriptor, long position, long lengthBytes) {
    return CALLS != null && CALLS.isCached(descriptor, position, lengthBytes);
  }

  /**
   * Whether nothing of a range is known to be missing in the page cache, or asked for. Does not
   * wait, and does not make the kernel read anything.
   *
   * @param descriptor of {@link #openForLooks}
   * @return true too where the kernel does not tell of ranges
   */
  static boolean isNothingMissing(int descriptor, long position, long lengthBytes) {
    return CALLS == null || CALLS.isNothingMissing(descriptor, position, lengthBytes);
  }

  /**
   * Reads what is in the page cache, from a position up to the first byte that is not. Does not
   * wait.
   *
   * @param descriptor of {@link #openForLooks}
   * @param target native memory, which is filled from its beginning
   * @return how many bytes were read; 0 too at the end of the file, and where that cannot be done
   */
  static int readCached(int descriptor, long position, MemorySegment target) {
    return CALLS == null ? 0 : CALLS.readCached(descriptor, position, target);
  }

  /**
   * Reads a range if all of it is in the page cache. Does not wait.
   *
   * @param descriptor of {@link #openForLooks}
   * @param target filled whole, or left alone
   * @return false too where the file ends before, and where that cannot be done
   */
  static boolean readCached(int descriptor, long position, byte[] target) {
    if (CALLS == null) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment read = arena.allocate(target.length);
      if (CALLS.readCached(descriptor, position, read) != target.length) {
        return false;
      }
      MemorySegment.copy(read, ValueLayout.JAVA_BYTE, 0, target, 0, target.length);
      return true;
    }
  }

  /**
   * Forces everything that was written to the volume of a directory; one wait instead of one for
   * each file.
   *
   * @return false where the system cannot do that, and nothing was done
   */
  static boolean forceVolume(Path directory) throws IOException {
    if (CALLS == null) {
      return false;
    }
    int error = CALLS.forceVolume(directory);
    if (error != 0) {
      throw new IOException("Forcing the volume of " + directory + " failed with errno " + error);
    }
    return true;
  }

  /**
   * Makes the file at least as long. One at a time: the length is looked at and then set, and a
   * file that another thread made longer in between would be cut.
   */
  static synchronized void extend(Path file, long lengthBytes) throws IOException {
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      if (opened.length() < lengthBytes) {
        opened.setLength(lengthBytes);
      }
    }
  }

  /**
   * Functions of the C library. All are called through one shape, whatever they take: on 64-bit
   * Linux arguments go in registers of that width, and what a function does not take is not looked
   * at. A shape costs some ten milliseconds of a start, a function of the same shape next to
   * nothing.
   */
  private record Calls(
      MethodHandle open,
      MethodHandle close,
      MethodHandle fallocate,
      MethodHandle syncfs,
      @Nullable MethodHandle preadv2,
      @Nullable MethodHandle syscall,
      int pageBytes) {
    private static final FunctionDescriptor SHAPE =
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG);
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_AT =
        STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    static @Nullable Calls link() {
      boolean linux = System.getProperty("os.name", "").startsWith("Linux");
      boolean wide = ValueLayout.ADDRESS.byteSize() == Long.BYTES;
      if (!linux || !wide) {
        return null;
      }
      try {
        Linker linker = Linker.nativeLinker();
        SymbolLookup library = linker.defaultLookup();
        MethodHandle any = linker.downcallHandle(SHAPE, Linker.Option.captureCallState("errno"));
        return new Calls(
            any.bindTo(library.findOrThrow("open")),
            any.bindTo(library.findOrThrow("close")),
            any.bindTo(library.findOrThrow("fallocate")),
            any.bindTo(library.findOrThrow("syncfs")),
            library.find("preadv2").map(any::bindTo).orElse(null), // not in every C library
            library.find("syscall").map(any::bindTo).orElse(null),
            pageBytes(any.bindTo(library.findOrThrow("getpagesize"))));
      } catch (UnsupportedOperationException
          | java.util.NoSuchElementException
          | IllegalCallerException e) {
        return null;
      }
    }

    private static int pageBytes(MethodHandle getpagesize) {
      try (Arena arena = Arena.ofConfined()) {
        return (int) call(getpagesize, arena.allocate(STATE), 0, 0, 0, 0, 0);
      }
    }

    private static long call(
        MethodHandle function, MemorySegment state, long a, long b, long c, long d, long e) {
      try {
        return (long) function.invokeExact(state, a, b, c, d, e);
      } catch (RuntimeException | Error failure) {
        throw failure;
      } catch (Throwable failure) {
        throw new IllegalStateException(failure);
      }
    }

    /** Of a function whose result is an int: the rest of the register has no meaning. */
    private static boolean hasFailed(long result) {
      return (int) result < 0;
    }

    private static int errno(MemorySegment state) {
      return state.get(ValueLayout.JAVA_INT, ERRNO_AT);
    }

    @FunctionalInterface
    private interface OnDescriptor {
      int call(int descriptor, MemorySegment state);
    }

    /** Zero or an errno. */
    int reserve(Path file, long from, long lengthBytes) throws IOException {
      return opened(
          file,
          O_RDWR,
          (descriptor, state) -> {
            int error;
            do {
              long result = call(fallocate, state, descriptor, 0, from, lengthBytes, 0);
              error = hasFailed(result) ? errno(state) : 0;
            } while (error == EINTR);
            return error;
          });
    }

    /** Zero or an errno. */
    int forceVolume(Path directory) throws IOException {
      return opened(
          directory,
          O_RDONLY,
          (descriptor, state) ->
              hasFailed(call(syncfs, state, descriptor, 0, 0, 0, 0)) ? errno(state) : 0);
    }

    int openForLooks(Path file) {
      try (Arena arena = Arena.ofConfined()) {
        return open(arena, arena.allocate(STATE), file, O_RDONLY);
      }
    }

    /** A descriptor; negative when it failed, and {@code state} says why. */
    private int open(Arena arena, MemorySegment state, Path file, int flags) {
      MemorySegment name = arena.allocateFrom(file.toString());
      return (int) call(open, state, name.address(), flags | O_CLOEXEC, 0, 0, 0);
    }

    void closeQuietly(int descriptor) {
      try (Arena arena = Arena.ofConfined()) {
        closeQuietly(descriptor, arena.allocate(STATE));
      }
    }

    private void closeQuietly(int descriptor, MemorySegment state) {
      long _ = call(close, state, descriptor, 0, 0, 0, 0);
    }

    boolean isCached(int descriptor, long position, long lengthBytes) {
      MethodHandle preadv2 = this.preadv2;
      if (preadv2 == null) {
        return false;
      }
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(STATE);
        MemorySegment vector = vector(arena, arena.allocate(1));
        long last = position + lengthBytes - 1;
        long uncached = uncachedPages(arena, state, descriptor, position, lengthBytes);
        if (uncached >= 0) {
          // Pages count from when they are asked for; of a range they come in about this order.
          return uncached == 0
              && call(preadv2, state, descriptor, vector.address(), 1, last, RWF_NOWAIT) == 1;
        }
        for (long at = position; at < last; at += LOOK_EVERY_BYTES) {
          if (call(preadv2, state, descriptor, vector.address(), 1, at, RWF_NOWAIT) != 1) {
            return false;
          }
        }
        return call(preadv2, state, descriptor, vector.address(), 1, last, RWF_NOWAIT) == 1;
      }
    }

    boolean isNothingMissing(int descriptor, long position, long lengthBytes) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(STATE);
        return uncachedPages(arena, state, descriptor, position, lengthBytes) <= 0;
      }
    }

    /** By {@code cachestat}; negative where there is none. */
    private long uncachedPages(
        Arena arena, MemorySegment state, int descriptor, long position, long lengthBytes) {
      if (syscall == null || !cachestatIsThere) {
        return -1;
      }
      MemorySegment range = arena.allocate(ValueLayout.JAVA_LONG, 2);
      range.setAtIndex(ValueLayout.JAVA_LONG, 0, position);
      range.setAtIndex(ValueLayout.JAVA_LONG, 1, lengthBytes);
      MemorySegment found = arena.allocate(ValueLayout.JAVA_LONG, CACHESTAT_FIELDS);
      if (hasFailed(
          call(syscall, state, CACHESTAT, descriptor, range.address(), found.address(), 0))) {
        if (errno(state) == ENOSYS || errno(state) == EPERM) {
          cachestatIsThere = false; // an older kernel, or a container that forbids it
        }
        return -1;
      }
      long pages = (position + lengthBytes - 1) / pageBytes - position / pageBytes + 1;
      return pages - found.getAtIndex(ValueLayout.JAVA_LONG, 0);
    }

    int readCached(int descriptor, long position, MemorySegment target) {
      MethodHandle preadv2 = this.preadv2;
      if (preadv2 == null) {
        return 0;
      }
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(STATE);
        MemorySegment vector = vector(arena, target);
        long read = call(preadv2, state, descriptor, vector.address(), 1, position, RWF_NOWAIT);
        return (int) Math.max(0, read);
      }
    }

    /** {@code struct iovec}: where to, and how many bytes. */
    private static MemorySegment vector(Arena arena, MemorySegment target) {
      MemorySegment vector = arena.allocate(ValueLayout.JAVA_LONG, 2);
      vector.setAtIndex(ValueLayout.JAVA_LONG, 0, target.address());
      vector.setAtIndex(ValueLayout.JAVA_LONG, 1, target.byteSize());
      return vector;
    }

    private static IOException cannotOpen(Path file, int error) {
      String message = "Cannot open " + file + ", errno " + error;
      return error == EMFILE || error == ENFILE
          ? new TooManyFilesException(message + ": too many files are open, raise ulimit -n")
          : new IOException(message);
    }

    private int opened(Path file, int flags, OnDescriptor operation) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(STATE);
        int descriptor = open(arena, state, file, flags);
        if (descriptor < 0) {
          throw cannotOpen(file, errno(state));
        }
        try {
          return operation.call(descriptor, state);
        } finally {
          closeQuietly(descriptor, state);
        }
      }
    }
  }
}
