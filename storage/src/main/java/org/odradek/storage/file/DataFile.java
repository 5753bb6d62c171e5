package org.odradek.storage.file;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A file of a segment, which is open only while it is used or was used lately. An idle partition
 * costs no file descriptor.
 *
 * <p>Thread-safety: any thread. Acquiring may open the file.
 */
public final class DataFile {
  private final OpenFiles openFiles;
  private final LogFolder folder;

  /**
   * How far the kernel may read ahead of what is read, at most, on usual volumes. Who reads cached
   * bytes before some that are not may have to wait as well: the kernel then reads ahead for him,
   * and where memory is scarce he waits until there is room for that.
   */
  public static final int READAHEAD_BYTES = 8 << 20;

  private final long baseOffset;
  private final FileKind kind;
  private volatile String extraSuffix = "";
  private volatile @Nullable Handle handle;
  private volatile boolean usedLately;

  public DataFile(OpenFiles openFiles, LogFolder folder, long baseOffset, FileKind kind) {
    this.openFiles = openFiles;
    this.folder = folder;
    this.baseOffset = baseOffset;
    this.kind = kind;
  }

  /** Where the file is now. */
  public Path path() {
    return folder.resolve(kind.fileName(baseOffset) + extraSuffix);
  }

  /** The file, open for reading and writing, until released; made when missing. */
  public Handle acquire() throws IOException {
    if (!usedLately) {
      usedLately = true;
    }
    Handle current = handle;
    if (current != null && current.tryRetain()) {
      return current;
    }
    return open();
  }

  private Handle open() throws IOException {
    Handle opened;
    synchronized (this) {
      Handle current = handle;
      if (current != null && current.tryRetain()) {
        return current;
      }
      opened = folder.inPlace(this::openHandle);
      opened.references.incrementAndGet();
      handle = opened;
      if (current != null) {
        current.release(); // closed by the interrupt of a thread that used it
      }
    }
    openFiles.opened(this);
    return opened;
  }

  private Handle openHandle() throws IOException {
    Path path = path();
    // of an index only looks are taken, which may go wrong
    Object before = kind == FileKind.LOG ? identity(path) : null;
    FileChannel channel = openChannel(path);
    // a name may come to belong to another file in between; no file gets its name back
    Object identity = before != null && before.equals(identity(path)) ? before : null;
    return new Handle(this, channel, identity);
  }

  /** Device and inode; null when there is no such file, or the system has no such thing. */
  private static @Nullable Object identity(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    } catch (IOException e) {
      return null;
    }
  }

  private FileChannel openChannel(Path path) throws IOException {
    try {
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } catch (NoSuchFileException e) {
      // A segment's log is never made by reading it: that would hide that it has been deleted.
      if (kind == FileKind.LOG || !extraSuffix.isEmpty()) {
        throw e;
      }
      folder.entriesChanged();
      return FileChannel.open(
          path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    }
  }

  /**
   * Makes the file.
   *
   * @throws java.nio.file.FileAlreadyExistsException if there is one
   */
  public void create() throws IOException {
    folder.inPlace(() -> Files.createFile(path()));
    folder.entriesChanged();
  }

  /**
   * Another descriptor of the file.
   *
   * @param identity what the file has to be; null when that does not matter
   */
  private int openForLooks(@Nullable Object identity) {
    int opened;
    try {
      opened = folder.inPlace(() -> NativeFiles.openForLooks(path()));
    } catch (IOException e) {
      return Handle.CANNOT_BE_OPENED;
    }
    if (opened < 0) {
      return Handle.CANNOT_BE_OPENED;
    }
    if (identity != null && !identity.equals(identity(Path.of("/proc/self/fd/" + opened)))) {
      NativeFiles.close(opened);
      return Handle.CANNOT_BE_OPENED;
    }
    return opened;
  }

  /** Makes an empty file when there is none. */
  public void createIfMissing() throws IOException {
    if (handle == null) {
      folder.inPlace(() -> {
        if (!Files.exists(path())) {
          Files.createFile(path());
          folder.entriesChanged();
        }
        return true;
      });
    }
  }

  /** Length of the file in bytes, 0 when there is none; without opening it. */
  public long length() throws IOException {
    Handle current = handle;
    if (current != null && current.tryRetain()) {
      try {
        return current.channel.size();
      } finally {
        current.release();
      }
    }
    return folder.inPlace(() -> {
      try {
        return Files.size(path());
      } catch (NoSuchFileException e) {
        return 0L;
      }
    });
  }

  /** Links the system calls that files need, which the first write would have to wait for else. */
  public static void linkSystemCalls() {
    boolean unused = NativeFiles.reservesBlocks();
  }

  /**
   * Reserves blocks for a range of the file, which exists. New bytes are zero, old ones are kept.
   * May wait.
   *
   * @throws DiskFullException if there is no room
   */
  public void reserve(long from, long lengthBytes) throws IOException {
    folder.inPlace(() -> {
      NativeFiles.reserve(path(), from, lengthBytes);
      return true;
    });
  }

  public boolean exists() throws IOException {
    return folder.inPlace(() -> Files.exists(path()));
  }

  /** Appends a suffix to the file's name, if the file exists; whoever has it open keeps it. */
  public void addSuffix(String suffix) throws IOException {
    String now = extraSuffix + suffix;
    try {
      folder.inPlace(() ->
          Files.move(
              path(),
              folder.resolve(kind.fileName(baseOffset) + now),
              StandardCopyOption.ATOMIC_MOVE));
      folder.entriesChanged();
    } catch (NoSuchFileException e) {
      // Indexes are made lazily.
    }
    extraSuffix = now;
  }

  /** Removes the file if it exists; whoever has it open keeps it. */
  public void delete() throws IOException {
    closeWhenUnused();
    if (folder.inPlace(() -> Files.deleteIfExists(path()))) {
      folder.entriesChanged();
    }
  }

  /**
   * Whether the file is open, and a range of it most likely in the page cache, with what follows.
   * See {@link Handle#isCached}.
   */
  public boolean isOpenAndCached(long position, long lengthBytes, long aheadBytes) {
    Handle current = handle;
    if (current == null || !current.tryRetain()) {
      return false;
    }
    try {
      return current.isCached(position, lengthBytes, aheadBytes);
    } finally {
      current.release();
    }
  }

  /**
   * Reads a range if the file is open, and all of the range in the page cache. Waits for nothing.
   * Of an index it is a hint: it may come from another file that has the name by now.
   *
   * @param target filled whole, or left alone
   */
  public boolean peek(long position, byte[] target) {
    Handle current = handle;
    if (current == null || !current.tryRetain()) {
      return false;
    }
    try {
      int descriptor = current.looks();
      return descriptor >= 0 && NativeFiles.readCached(descriptor, position, target);
    } finally {
      current.release();
    }
  }

  /** Lets the descriptor go, at once or when its last user is done. The file may be used again. */
  public void closeWhenUnused() {
    Handle current;
    synchronized (this) {
      current = handle;
      handle = null;
    }
    if (current != null) {
      openFiles.closed(this);
      current.release();
    }
  }

  boolean clearUsed() {
    boolean was = usedLately;
    usedLately = false;
    return was;
  }

  @Override
  public String toString() {
    return path().toString();
  }

  /** A range of which nothing was missing in the page cache when it was looked at. */
  private record FoundCached(long from, long to, long nanos) {
    private static final long LATELY_NANOS = 1_000_000_000;

    boolean isOlderThan(long now) {
      return now - nanos > LATELY_NANOS;
    }
  }

  /** An open file; holds it open until released. */
  public static final class Handle {
    private static final int NOT_OPEN = -1;
    private static final int CANNOT_BE_OPENED = -2;

    private final DataFile file;
    private final FileChannel channel;
    private final AtomicInteger references = new AtomicInteger(1);

    /** Which file it is; null when that is not known for sure. */
    private final @Nullable Object identity;

    /** Where nothing was missing in the page cache lately. */
    private volatile @Nullable FoundCached foundCached;

    /** A descriptor of the same file, as far as that is known, for what must not wait. */
    private volatile int looks = NOT_OPEN;

    private Handle(DataFile file, FileChannel channel, @Nullable Object identity) {
      this.file = file;
      this.channel = channel;
      this.identity = identity;
    }

    /**
     * Whether a range is most likely in the page cache, so that it can be read without waiting for
     * the disk; false where the system cannot tell. Opens the file once more the first time, and
     * waits for nothing else.
     *
     * @param aheadBytes how much behind the range has to be cached too, {@link #READAHEAD_BYTES} or
     *     up to the end of what was written
     */
    public boolean isCached(long position, long lengthBytes, long aheadBytes) {
      int descriptor = looks();
      long end = position + lengthBytes;
      return descriptor >= 0
          && NativeFiles.isCached(descriptor, position, lengthBytes)
          && (aheadBytes == 0 || isNothingMissing(descriptor, end, end + aheadBytes));
    }

    /**
     * Looks only at what lies behind the range that was found lately: who reads on asks about
     * nearly the same range again, and looking at eight mebibytes takes some tens of microseconds.
     */
    private boolean isNothingMissing(int descriptor, long from, long to) {
      long now = System.nanoTime();
      FoundCached found = foundCached;
      if (found == null || found.isOlderThan(now) || from < found.from || from > found.to) {
        found = new FoundCached(from, from, now);
      }
      if (to > found.to) {
        if (!NativeFiles.isNothingMissing(descriptor, found.to, to - found.to)) {
          return false;
        }
        foundCached = new FoundCached(found.from, to, found.nanos);
      }
      return true;
    }

    /**
     * Reads what is in the page cache, from a position up to the first byte that is not, or to the
     * end of the file. Opens the file once more the first time, and waits for nothing else.
     *
     * @param target a direct buffer; its position goes on by what was read
     * @return how many bytes were read; 0 too where the system cannot do that
     */
    public int readCached(long position, ByteBuffer target) {
      int descriptor = identity == null ? CANNOT_BE_OPENED : looks();
      if (descriptor < 0) {
        return 0;
      }
      int read = NativeFiles.readCached(descriptor, position, MemorySegment.ofBuffer(target));
      target.position(target.position() + read);
      return read;
    }

    private int looks() {
      int descriptor = looks;
      return descriptor == NOT_OPEN ? openForLooks() : descriptor;
    }

    private synchronized int openForLooks() {
      if (looks == NOT_OPEN) {
        looks =
            identity == null && file.kind == FileKind.LOG
                ? CANNOT_BE_OPENED
                : file.openForLooks(identity);
      }
      return looks;
    }

    public FileChannel channel() {
      return channel;
    }

    private boolean tryRetain() {
      int now = references.get();
      // An interrupt of a thread that was reading closes the channel for everyone.
      while (now > 0 && channel.isOpen()) {
        int seen = references.compareAndExchange(now, now + 1);
        if (seen == now) {
          return true;
        }
        now = seen;
      }
      return false;
    }

    public void release() {
      if (references.decrementAndGet() == 0) {
        if (looks >= 0) {
          NativeFiles.close(looks);
        }
        try {
          channel.close();
        } catch (IOException e) {
          // Nothing was buffered: what the close of a descriptor reports, a force has reported.
        }
      }
    }
  }
}
