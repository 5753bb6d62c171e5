package org.odradek.storage.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeFilesTest {
  private static final byte[] WRITTEN = {1, 2, 3};

  @TempDir Path folder;

  private Path written() throws IOException {
    return Files.write(folder.resolve("file"), WRITTEN);
  }

  private static void assertLengthAndContent(int length, Path file) throws IOException {
    assertArrayEquals(Arrays.copyOf(WRITTEN, length), Files.readAllBytes(file));
  }

  @Test
  void reservingGrowsTheFileAndKeepsWhatIsThere() throws Exception {
    Path file = written();
    NativeFiles.reserve(file, 0, 100_000);
    assertLengthAndContent(100_000, file);
    NativeFiles.reserve(file, 50_000, 10_000);
    assertLengthAndContent(100_000, file);
  }

  @Test
  void whereNothingCanBeReservedTheFileIsExtendedAndNeverCut() throws Exception {
    Path file = written();
    NativeFiles.extend(file, 1_000);
    assertLengthAndContent(1_000, file);
    NativeFiles.extend(file, 10);
    assertEquals(1_000, Files.size(file));
  }

  @Test
  void whatIsWrongIsSaidWithItsErrno() throws Exception {
    assumeTrue(NativeFiles.reservesBlocks());
    Path file = written();
    IOException refused = assertThrows(IOException.class, () -> NativeFiles.reserve(file, 0, -1));
    assertTrue(refused.toString().contains("errno 22"), refused.getMessage());
  }

  @Test
  void whatWasJustWrittenIsCachedAndWhatIsNotThereIsNot() throws Exception {
    assumeTrue(NativeFiles.reservesBlocks());
    Path file = Files.write(folder.resolve("large"), new byte[300_000]);
    int descriptor = NativeFiles.openForLooks(file);
    assertTrue(descriptor >= 0);
    try {
      assertTrue(NativeFiles.isCached(descriptor, 0, 300_000));
      assertTrue(NativeFiles.isCached(descriptor, 299_999, 1));
      assertFalse(NativeFiles.isCached(descriptor, 1, 300_000), "ends after the file");
    } finally {
      NativeFiles.close(descriptor);
    }
    assertFalse(NativeFiles.isCached(descriptor, 0, 1), "closed");
    assertTrue(NativeFiles.openForLooks(folder.resolve("missing")) < 0);
  }

  @Test
  void missingPagesOfARangeAreFound() throws Exception {
    assumeTrue(NativeFiles.reservesBlocks() && kernelTellsOfRanges());
    Path file = Files.write(folder.resolve("large"), new byte[300_000]);
    NativeFiles.extend(file, 1_000_000); // nobody has read or written these bytes
    int descriptor = NativeFiles.openForLooks(file);
    try {
      assertTrue(NativeFiles.isCached(descriptor, 0, 200_000));
      assertFalse(NativeFiles.isCached(descriptor, 0, 900_000));
      assertTrue(NativeFiles.isNothingMissing(descriptor, 100_000, 100_000));
      assertFalse(NativeFiles.isNothingMissing(descriptor, 100_000, 500_000));
    } finally {
      NativeFiles.close(descriptor);
    }
  }

  @Test
  void whatWouldBeReadAheadHasToBeCachedToo() throws Exception {
    assumeTrue(NativeFiles.reservesBlocks() && kernelTellsOfRanges());
    DataFile data = new DataFile(new OpenFiles(1), new LogFolder(folder), 7, FileKind.LOG);
    data.create();
    DataFile.Handle handle = data.acquire();
    handle.channel().write(ByteBuffer.allocate(300_000), 0);
    NativeFiles.extend(data.path(), 1_000_000); // nobody has read or written these bytes
    assertTrue(handle.isCached(0, 100_000, 0));
    assertTrue(handle.isCached(0, 100_000, 150_000));
    assertFalse(handle.isCached(0, 100_000, 500_000));
    assertTrue(handle.isCached(100_000, 100_000, 50_000), "who reads on");
    assertFalse(handle.isCached(100_000, 100_000, 500_000));
    handle.channel().write(ByteBuffer.allocate(700_000), 300_000);
    assertTrue(handle.isCached(100_000, 100_000, 500_000));
    handle.release();
    data.closeWhenUnused();
  }

  /** Linux 6.5 and later. */
  private static boolean kernelTellsOfRanges() {
    String[] version = System.getProperty("os.version", "0.0").split("\\D+", 3);
    int major = Integer.parseInt(version[0]);
    return major > 6 || (major == 6 && Integer.parseInt(version[1]) >= 5);
  }

  @Test
  void whatIsCachedIsReadUpToTheEndOfTheFile() throws Exception {
    assumeTrue(NativeFiles.reservesBlocks());
    byte[] content = new byte[300_000];
    new Random(1).nextBytes(content);
    Path file = Files.write(folder.resolve("large"), content);
    int descriptor = NativeFiles.openForLooks(file);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment target = arena.allocate(100_000);
      assertEquals(100_000, NativeFiles.readCached(descriptor, 150_000, target));
      assertEquals(ByteBuffer.wrap(content, 150_000, 100_000), target.asByteBuffer());
      assertEquals(1_000, NativeFiles.readCached(descriptor, 299_000, target), "a short read");
      assertEquals(
          ByteBuffer.wrap(content, 299_000, 1_000), target.asSlice(0, 1_000).asByteBuffer());
      assertEquals(0, NativeFiles.readCached(descriptor, 300_000, target), "at its end");
      Files.write(file, new byte[10]);
      assertEquals(0, NativeFiles.readCached(descriptor, 150_000, target), "cut");
      NativeFiles.close(descriptor);
      assertEquals(0, NativeFiles.readCached(descriptor, 0, target), "closed");
    }
  }

  @Test
  void readsGoOnWhereTheBufferIs() throws Exception {
    assumeTrue(NativeFiles.reservesBlocks());
    DataFile data = new DataFile(new OpenFiles(1), new LogFolder(folder), 7, FileKind.LOG);
    data.create();
    DataFile.Handle handle = data.acquire();
    handle.channel().write(ByteBuffer.wrap(WRITTEN), 0);
    ByteBuffer target = ByteBuffer.allocateDirect(4).position(1);
    assertEquals(2, handle.readCached(1, target));
    assertEquals(3, target.position());
    assertEquals(ByteBuffer.wrap(new byte[] {0, 2, 3}), target.flip());
    handle.release();
    data.closeWhenUnused();
  }

  @Test
  void anotherFileOfTheSameNameIsNotReadInstead() throws Exception {
    assumeTrue(NativeFiles.reservesBlocks());
    DataFile data = new DataFile(new OpenFiles(1), new LogFolder(folder), 7, FileKind.LOG);
    data.create();
    DataFile.Handle handle = data.acquire();
    handle.channel().write(ByteBuffer.wrap(WRITTEN), 0);
    Files.move(data.path(), folder.resolve("moved"));
    Files.write(data.path(), new byte[] {9, 9, 9});
    assertEquals(0, handle.readCached(0, ByteBuffer.allocateDirect(3)));
    assertFalse(handle.isCached(0, 3, 0));
    assertEquals(0, descriptorsOf(data.path()));
    handle.release();
    data.closeWhenUnused();
  }

  @Test
  void aFileThatWasLookedAtLeavesNoDescriptor() throws Exception {
    assumeTrue(NativeFiles.reservesBlocks());
    DataFile data = new DataFile(new OpenFiles(1), new LogFolder(folder), 7, FileKind.LOG);
    data.create();
    DataFile.Handle handle = data.acquire();
    handle.channel().write(ByteBuffer.allocate(1_000), 0);
    assertTrue(handle.isCached(0, 1_000, 0));
    assertEquals(2, descriptorsOf(data.path()));
    data.closeWhenUnused();
    assertEquals(2, descriptorsOf(data.path()), "still in use");
    handle.release();
    assertEquals(0, descriptorsOf(data.path()));
  }

  private static long descriptorsOf(Path file) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/self/fd"))) {
      return all.filter(descriptor -> isOf(descriptor, file)).count();
    }
  }

  private static boolean isOf(Path descriptor, Path file) {
    try {
      return Files.readSymbolicLink(descriptor).equals(file);
    } catch (IOException e) {
      return false; // closed meanwhile
    }
  }
}
