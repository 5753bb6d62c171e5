package org.odradek.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.controller.zookeeper.ZooKeeperSession;

class BulkReadsTest {
  private static final int NODES = 700;

  @TempDir Path directory;
  private TestCluster cluster;
  private ZooKeeperClient client;
  private final Map<String, Integer> calls = new HashMap<>();
  private final List<String> paths = new ArrayList<>();

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster(directory);
    client = cluster.session();
    client.create("/n", null, CreateMode.PERSISTENT).join();
    List<CompletableFuture<?>> open = new ArrayList<>();
    for (int i = 0; i < NODES; i++) {
      String path = "/n/" + i;
      paths.add(path);
      if (i % 7 != 0) {
        byte[] data = String.valueOf(i).getBytes(StandardCharsets.UTF_8);
        open.add(client.create(path, data, CreateMode.PERSISTENT));
      }
    }
    CompletableFuture.allOf(open.toArray(CompletableFuture[]::new)).join();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  /** The session, with its calls counted, and perhaps one of a server that is old. */
  private ZooKeeperSession counted(boolean isOld) {
    return (ZooKeeperSession)
        Proxy.newProxyInstance(
            ZooKeeperSession.class.getClassLoader(),
            new Class<?>[] {ZooKeeperSession.class},
            (proxy, method, arguments) -> {
              synchronized (calls) {
                calls.merge(method.getName(), 1, Integer::sum);
              }
              if (isOld && method.getName().equals("readMany")) {
                return CompletableFuture.failedFuture(
                    KeeperException.create(KeeperException.Code.UNIMPLEMENTED));
              }
              try {
                return method.invoke(client, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void check(Map<String, Znode> found) {
    assertEquals(NODES - NODES / 7, found.size());
    found.forEach((path, znode) -> assertEquals(path.substring("/n/".length()), znode.text()));
  }

  @Test
  void readsHundredsWithEachRequest() throws Exception {
    BulkReads reads = new BulkReads(counted(false));
    check(reads.read(paths, false).get(30, TimeUnit.SECONDS));
    assertEquals(Map.of("readMany", 4), calls); // one to try, three with all
    check(reads.read(paths, false).get(30, TimeUnit.SECONDS));
    assertEquals(Map.of("readMany", 7), calls);
  }

  @Test
  void readsOneByOneFromAnOldServer() throws Exception {
    BulkReads reads = new BulkReads(counted(true));
    check(reads.read(paths, false).get(30, TimeUnit.SECONDS));
    check(reads.read(paths, false).get(30, TimeUnit.SECONDS));
    assertEquals(Map.of("readMany", 1, "readIfPresent", 2 * NODES), calls);
  }

  @Test
  void readsOneByOneWhatIsWatched() throws Exception {
    check(new BulkReads(counted(false)).read(paths, true).get(30, TimeUnit.SECONDS));
    assertEquals(Map.of("readIfPresent", NODES), calls);
  }
}
