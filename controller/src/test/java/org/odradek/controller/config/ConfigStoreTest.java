package org.odradek.controller.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.TestCluster;
import org.odradek.controller.znode.ConfigCodec;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.ZnodeOperation;
import org.odradek.controller.zookeeper.ZooKeeperClient;

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

  /** Writes before each of the first {@code times} tries to change ALICE can. */
  private CompletableFuture<Void> changeOvertaken(ConfigStore store, int times) throws Exception {
    ZooKeeperClient other = cluster.session();
    AtomicInteger tries = new AtomicInteger();
    return store.change(
        ALICE,
        before -> {
          int attempt = tries.incrementAndGet();
          if (attempt <= times) {
            byte[] faster = ConfigCodec.encode(Map.of("others", "" + attempt));
            other.write(ZnodePaths.config(ALICE), faster, ZnodeOperation.ANY_VERSION).join();
          }
          return with(before, "own");
        });
  }

  @Test
  void whoNeverGetsHisTurnIsToldInTheEnd() throws Exception {
    ConfigStore store = new ConfigStore(cluster.session());
    store.change(ALICE, before -> Map.of()).join();
    CompletableFuture<Void> overtaken = changeOvertaken(store, Integer.MAX_VALUE);
    ConfigContentionException failure =
        assertInstanceOf(
            ConfigContentionException.class,
            assertThrows(CompletionException.class, overtaken::join).getCause());
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.contains("users/alice") && message.contains("50 times"), message);
    assertEquals(Map.of("others", "50"), store.read(ALICE).join());
  }

  @Test
  void theLastTryCounts() throws Exception {
    ConfigStore store = new ConfigStore(cluster.session());
    store.change(ALICE, before -> Map.of()).join();
    changeOvertaken(store, 49).join();
    assertEquals(Map.of("others", "49", "own", "1"), store.read(ALICE).join());
  }

  @Test
  void aChangeThatIsRefusedWritesNothing() throws Exception {
    ConfigStore store = new ConfigStore(cluster.session());
    store.change(ALICE, before -> Map.of("a", "1")).join();
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

  @Test
  void onlyWhatIsAsBelievedIsReplaced() throws Exception {
    ConfigStore store = new ConfigStore(cluster.session());
    Map<String, String> one = Map.of("a", "1");
    Map<String, String> two = Map.of("a", "2");
    assertTrue(store.replace(ALICE, Map.of(), one).join());
    assertFalse(store.replace(ALICE, Map.of(), two).join());
    assertEquals(one, store.read(ALICE).join());
    assertTrue(store.replace(ALICE, one, two).join());
    assertEquals(two, store.read(ALICE).join());
  }

  @Test
  void ofReplacementsAtTheSameTimeOneIsMade() throws Exception {
    List<ConfigStore> stores =
        List.of(new ConfigStore(cluster.session()), new ConfigStore(cluster.session()));
    stores.getFirst().change(ALICE, before -> Map.of("a", "0")).join();
    List<CompletableFuture<Boolean>> open = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      open.add(stores.get(i % 2).replace(ALICE, Map.of("a", "0"), Map.of("a", "of " + i)));
    }
    assertEquals(1, open.stream().filter(CompletableFuture::join).count());
  }

  private static Map<String, String> with(Map<String, String> before, String name) {
    Map<String, String> after = new TreeMap<>(before);
    after.put(name, "1");
    return after;
  }
}
