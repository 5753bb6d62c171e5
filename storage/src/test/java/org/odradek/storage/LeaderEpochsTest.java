package org.odradek.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.storage.file.CheckpointFile;
import org.odradek.storage.file.LogFolder;

class LeaderEpochsTest {
  @TempDir private Path folder;
  private LeaderEpochs epochs;

  @BeforeEach
  void open() {
    epochs = new LeaderEpochs(new LogFolder(folder));
    epochs.load();
  }

  private Path file() {
    return folder.resolve("leader-epoch-checkpoint");
  }

  private Object inode() throws IOException {
    return Files.getAttribute(file(), "unix:ino");
  }

  @Test
  void eachChangeIsWrittenOnce() throws IOException {
    epochs.assign(0, 0);
    epochs.assign(1, 10);
    epochs.writeUnforced();
    Object inode = inode();
    epochs.writeUnforced();
    assertEquals(inode, inode(), "the file was replaced though it was right");
    epochs.truncateFromEnd(10);
    epochs.writeUnforced();
    assertEquals(List.of("0 0"), CheckpointFile.read(file()));
  }

  @Test
  void whatWasWrittenIsForcedWhenItHasToBeOnTheDisk() throws IOException {
    epochs.assign(0, 0);
    epochs.writeUnforced();
    Object unforced = inode();
    epochs.writeIfChanged();
    Object forced = inode();
    assertNotEquals(unforced, forced);
    epochs.writeIfChanged();
    epochs.writeUnforced();
    assertEquals(forced, inode());
    epochs.clear();
    epochs.writeUnforced();
    assertEquals(List.of(), CheckpointFile.read(file()));
  }
}
