package org.odradek.controller.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.TestCluster;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.ZooKeeperClient;

class ConfigChangesTest {
  private record Change(ConfigEntity entity, Map<String, String> settings) {}

  @TempDir Path directory;
  private TestCluster cluster;
  private ZooKeeperClient session;
  private ZooKeeperClient tool;
  private ConfigStore store;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();
  private long clockAheadMs;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster(directory);
    session = cluster.session();
    tool = cluster.session();
    store = new ConfigStore(tool);
  }

  @AfterEach
  void stop() throws Exception {
    timer.shutdownNow();
    cluster.close();
  }

  @Test
  void everythingComesAtTheStartAndChangesFollow() throws Exception {
    ConfigEntity client = new ConfigEntity("users/u/clients/c");
    write(ConfigEntity.topic("t"), Map.of("retention.ms", "1")).join();
    write(client, Map.of("producer_byte_rate", "5")).join();
    write(ConfigEntity.BROKER_DEFAULT, Map.of("log.retention.ms", "9")).join();
    follow();
    Map<ConfigEntity, Map<String, String>> first = new HashMap<>();
    for (Change change : drain()) {
      first.put(change.entity(), change.settings());
    }
    assertEquals(Map.of("retention.ms", "1"), first.get(ConfigEntity.topic("t")));
    assertEquals(Map.of("producer_byte_rate", "5"), first.get(client));
    assertEquals(Map.of("log.retention.ms", "9"), first.get(ConfigEntity.BROKER_DEFAULT));

    write(ConfigEntity.topic("t"), Map.of("retention.ms", "2")).join();
    assertEquals(new Change(ConfigEntity.topic("t"), Map.of("retention.ms", "2")), next());
    write(ConfigEntity.topic("t"), Map.of()).join();
    assertEquals(new Change(ConfigEntity.topic("t"), Map.of()), next());
    assertEquals(
        "{\"version\":1,\"config\":{}}", tool.read("/config/topics/t", false).join().text());
  }

  @Test
  void notificationsOfOldToolsAreUnderstoodAndMalformedOnesPassedOver() throws Exception {
    follow();
    drain();
    tool.create(
        "/config/topics/t",
        bytes("{\"version\":1,\"config\":{\"a\":\"b\"}}"),
        CreateMode.PERSISTENT);
    notify("{\"version\":9}");
    notify("not json");
    notify("{\"version\":1,\"entity_type\":\"topics\",\"entity_name\":\"t\"}");
    assertEquals(new Change(ConfigEntity.topic("t"), Map.of("a", "b")), next());
  }

  @Test
  void settingsThatCannotBeReadCountAsNone() throws Exception {
    tool.create("/config/topics/spoilt", bytes("xyz"), CreateMode.PERSISTENT).join();
    write(ConfigEntity.topic("t"), Map.of("a", "1")).join();
    follow();
    Map<ConfigEntity, Map<String, String>> first = new HashMap<>();
    drain().forEach(change -> first.put(change.entity(), change.settings()));
    assertEquals(Map.of(), first.get(ConfigEntity.topic("spoilt")));
    assertEquals(Map.of("a", "1"), first.get(ConfigEntity.topic("t")));
  }

  @Test
  void aNewSessionReadsEverythingAgain() throws Exception {
    follow();
    drain();
    tool.create(
            "/config/topics/t",
            bytes("{\"version\":1,\"config\":{\"a\":\"b\"}}"),
            CreateMode.PERSISTENT)
        .join(); // no notification: as if it had been missed
    cluster.server().expireSession(session.sessionId());
    assertEquals(new Change(ConfigEntity.topic("t"), Map.of("a", "b")), next());
    write(ConfigEntity.topic("t"), Map.of("a", "c")).join();
    assertEquals(new Change(ConfigEntity.topic("t"), Map.of("a", "c")), next());
  }

  @Test
  void aDirectoryThatWasRemovedByHandIsMadeAgainAndFollowed() throws Exception {
    write(ConfigEntity.topic("t"), Map.of("a", "1")).join();
    write(ConfigEntity.topic("t"), Map.of("a", "2")).join();
    follow();
    drain();
    for (int round = 3; round < 6; round++) {
      removeChanges();
      cluster.awaitThere(ZnodePaths.CONFIG_CHANGES);
      write(ConfigEntity.topic("t"), Map.of("a", "" + round)).join();
      Change expected = new Change(ConfigEntity.topic("t"), Map.of("a", "" + round));
      Change change = next();
      while (!change.equals(expected)) {
        change = next(); // what was read when the directory was gone
      }
    }
  }

  @Test
  void numbersThatBeginAnewAreNotTakenForOldOnes() throws Exception {
    for (int i = 0; i < 5; i++) {
      write(ConfigEntity.topic("t"), Map.of("a", "" + i)).join();
    }
    follow();
    drain();
    for (int round = 10; round < 20; round++) {
      // Made again before the one who follows can; what he sees first is a notification 0.
      removeChanges();
      var unused = tool.create(ZnodePaths.CONFIG_CHANGES, null, CreateMode.PERSISTENT);
      write(ConfigEntity.topic("t"), Map.of("a", "" + round)).join();
      Change expected = new Change(ConfigEntity.topic("t"), Map.of("a", "" + round));
      Change change = next();
      while (!change.equals(expected)) {
        change = next();
      }
    }
  }

  private void removeChanges() {
    for (String name : tool.children(ZnodePaths.CONFIG_CHANGES, false).join()) {
      var unused = tool.delete(ZnodePaths.CONFIG_CHANGES + "/" + name, -1);
    }
    tool.delete(ZnodePaths.CONFIG_CHANGES, -1).join();
  }

  @Test
  void oldNotificationsAreRemoved() throws Exception {
    write(ConfigEntity.topic("t"), Map.of("a", "1")).join();
    String notification = tool.children(ZnodePaths.CONFIG_CHANGES, false).join().getFirst();
    assertEquals("config_change_0000000000", notification);
    clockAheadMs = TimeUnit.MINUTES.toMillis(16);
    follow();
    cluster.awaitGone(ZnodePaths.CONFIG_CHANGES + "/" + notification);
    assertTrue(tool.exists(ZnodePaths.CONFIG_CHANGES + "/" + notification, false).join().isEmpty());
  }

  @Test
  void aConfigOfATypeWithoutParentNodesIsWritten() {
    tool.delete("/config/ips", -1).join();
    ConfigEntity address = new ConfigEntity("ips/127.0.0.1");
    write(address, Map.of("connection_creation_rate", "3")).join();
    assertEquals(Map.of("connection_creation_rate", "3"), store.read(address).join());
    assertEquals(Map.of(), store.read(ConfigEntity.topic("none")).join());
  }

  private void follow() throws Exception {
    new ConfigChanges(
            session,
            () -> System.currentTimeMillis() + clockAheadMs,
            (task, delayMs) -> timer.schedule(task, delayMs, TimeUnit.MILLISECONDS),
            (entity, settings) -> changes.add(new Change(entity, settings)))
        .start()
        .get(30, TimeUnit.SECONDS);
  }

  private CompletableFuture<Void> write(ConfigEntity entity, Map<String, String> settings) {
    return store.change(entity, before -> settings);
  }

  private void notify(String json) {
    tool.create(ZnodePaths.CONFIG_CHANGE_PREFIX, bytes(json), CreateMode.PERSISTENT_SEQUENTIAL)
        .join();
  }

  private List<Change> drain() {
    List<Change> all = new ArrayList<>();
    changes.drainTo(all);
    return all;
  }

  private Change next() throws InterruptedException {
    Change change = changes.poll(30, TimeUnit.SECONDS);
    assertNotNull(change, "no change came");
    return Objects.requireNonNull(change);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
