package org.odradek.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogOwnershipTest {
  @TempDir Path parent;

  @Test
  void takesOverWhatDirectoriesSay() throws IOException {
    LogOwnership owner = new LogOwnership(-1, "");
    owner.adopt(directory("empty"));
    assertEquals(-1, owner.brokerId());
    owner.adopt(said("a", 7, ""));
    assertEquals(7, owner.brokerId());
    assertEquals("", owner.clusterId());
    owner.adopt(said("b", -1, "cluster"));
    owner.adopt(said("c", 7, "cluster"));
    assertEquals(7, owner.brokerId());
    assertEquals("cluster", owner.clusterId());
  }

  @Test
  void refusesAnotherBrokersLogs() throws IOException {
    LogOwnership owner = new LogOwnership(-1, "");
    owner.adopt(said("a", 7, "cluster"));
    Path other = said("b", 8, "cluster");
    String message = refusal(owner, other);
    assertTrue(message.contains("broker.id is 7") && message.contains(other + " says 8"), message);
    assertEquals(7, owner.brokerId());
  }

  @Test
  void refusesAnotherClustersLogs() throws IOException {
    LogOwnership owner = new LogOwnership(7, "here");
    String message = refusal(owner, said("a", 7, "there"));
    assertTrue(message.contains("cluster id is here") && message.contains("says there"), message);
    assertEquals("here", owner.clusterId());
  }

  private static String refusal(LogOwnership owner, Path directory) {
    IOException refused =
        assertThrows(LogOwnership.MismatchException.class, () -> owner.adopt(directory));
    return String.valueOf(refused.getMessage());
  }

  private Path directory(String name) throws IOException {
    return Files.createDirectory(parent.resolve(name));
  }

  private Path said(String name, int brokerId, String clusterId) throws IOException {
    Path directory = directory(name);
    new MetaProperties(brokerId, clusterId).write(directory, 0);
    return directory;
  }
}
