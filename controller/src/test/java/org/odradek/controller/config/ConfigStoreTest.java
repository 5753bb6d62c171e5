package org.odradek.controller.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.TestCluster;
import org.odradek.controller.znode.ConfigEntity;

class ConfigStoreTest {
  private static final ConfigEntity ALICE = new ConfigEntity("users/alice");

  @TempDir Path directory;
  private TestCluster cluster;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster(directory);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void changesAtTheSameTimeAreAllKept() throws Exception {
    List<ConfigStore> stores =
        List.of(new ConfigStore(cluster.session()), new ConfigStore(cluster.session()));
    List<CompletableFuture<Void>> open = new ArrayList<>();
    Map<String, String> expected = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      String name = "setting-" + i;
      expected.put(name, "1");
      open.add(stores.get(i % 2).change(ALICE, before -> with(before, name)));
    }
    open.forEach(CompletableFuture::join);
    assertEquals(expected, new TreeMap<>(stores.getFirst().read(ALICE).join()));
  }

  @Test
  void aChangeThatIsRefusedWritesNothing() throws Exception {
    ConfigStore store = new ConfigStore(cluster.session());
    store.write(ALICE, Map.of("a", "1")).join();
    CompletableFuture<Void> refused =
        store.change(
            ALICE,
            before -> {
              throw new IllegalStateException("no");
            });
    assertInstanceOf(
        IllegalStateException.class,
        assertThrows(CompletionException.class, refused::join).getCause());
    assertEquals(Map.of("a", "1"), store.read(ALICE).join());
  }

  private static Map<String, String> with(Map<String, String> before, String name) {
    Map<String, String> after = new TreeMap<>(before);
    after.put(name, "1");
    return after;
  }
}
