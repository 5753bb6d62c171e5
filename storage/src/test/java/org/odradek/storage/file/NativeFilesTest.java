package org.odradek.storage.file;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
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
}
