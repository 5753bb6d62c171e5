package org.odradek.storage.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointFileTest {
  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("leader-epoch-checkpoint");
  }

  private Object inode() throws IOException {
    return Files.getAttribute(file, "unix:ino");
  }

  @Test
  void anEmptyFileIsFilledWhereItIs() throws IOException {
    Files.createFile(file);
    Object inode = inode();
    CheckpointFile.writeUnforced(file, List.of("0 0", "3 17"));
    assertEquals(List.of("0 0", "3 17"), CheckpointFile.read(file));
    assertEquals(inode, inode(), "no other file was put in its place");
  }

  @Test
  void aFileWithContentIsReplacedByAnotherSoThatACrashLeavesOneOfThem() throws IOException {
    CheckpointFile.writeUnforced(file, List.of("0 0", "1 10", "2 20"));
    Object inode = inode();
    CheckpointFile.writeUnforced(file, List.of("2 20"));
    assertEquals(List.of("2 20"), CheckpointFile.read(file));
    assertNotEquals(inode, inode(), "it was not written over in place");
    CheckpointFile.write(file, List.of("2 21"));
    assertEquals(List.of("2 21"), CheckpointFile.read(file));
    assertFalse(Files.exists(folder.resolve("leader-epoch-checkpoint.tmp")));
  }
}
