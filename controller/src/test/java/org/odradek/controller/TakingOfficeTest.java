package org.odradek.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.registration.BrokerRegistration;
import org.odradek.controller.registration.EndpointProbe;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.controller.zookeeper.ZooKeeperSession;

/** Controllers that find less in ZooKeeper than they expect, and what they do later on. */
class TakingOfficeTest {
  private static final List<String> REMOVABLE =
      List.of(ZnodePaths.DELETE_TOPICS, ZnodePaths.ISR_CHANGES, ZnodePaths.LOG_DIR_EVENTS);

  @TempDir Path directory;
  private TestCluster zookeeper;
  private ZooKeeperClient tool;
  private final FakeBrokers brokers = new FakeBrokers();
  private final SettableElections elections = new SettableElections();
  private final List<Node> nodes = new ArrayList<>();

  /** A broker's controller, whose delayed tasks run when the test says so. */
  private final class Node implements ControllerScheduler, AutoCloseable {
    final ZooKeeperClient session;
    final ControllerThread thread;
    final Controller controller;
    final List<Runnable> delayed = new CopyOnWriteArrayList<>();
    volatile boolean cannotReadDeletions;

    Node(int id) throws Exception {
      session = zookeeper.session();
      thread = new ControllerThread(id);
      BrokerRegistration registration =
          new BrokerRegistration(session, EndpointProbe.tcp(100), 10_000);
      BrokerInfo info = TestCluster.broker(id, 9092 + id);
      controller =
          new Controller(
              new ControllerConfig(
                  id, ControlRequestVersions.NEWEST, "PLAINTEXT", true, true, 1, elections),
              failing(session),
              this,
              brokers,
              () -> registration.register(info),
              () -> 1_700_000_000_000L,
              new Random(id));
      nodes.add(this);
    }

    private ZooKeeperSession failing(ZooKeeperSession working) {
      return (ZooKeeperSession)
          Proxy.newProxyInstance(
              ZooKeeperSession.class.getClassLoader(),
              new Class<?>[] {ZooKeeperSession.class},
              (proxy, method, arguments) -> {
                if (cannotReadDeletions
                    && method.getName().equals("children")
                    && arguments[0].equals(ZnodePaths.DELETE_TOPICS)) {
                  return CompletableFuture.failedFuture(
                      KeeperException.create(KeeperException.Code.NOAUTH));
                }
                try {
                  return method.invoke(working, arguments);
                } catch (InvocationTargetException e) {
                  throw e.getCause();
                }
              });
    }

    @Override
    public void execute(Runnable task) {
      thread.execute(task);
    }

    @Override
    public void schedule(Runnable task, long delayMs) {
      delayed.add(task);
    }

    Node start() throws Exception {
      controller.start().get(30, TimeUnit.SECONDS);
      return this;
    }

    /** Waits until all that happened in ZooKeeper so far has been dealt with. */
    void awaitEventsTaken() throws Exception {
      session.read(ZnodePaths.CONTROLLER_EPOCH, false).join(); // watches come before answers
      controller.runningReassignments().handle((running, failure) -> "").get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
      thread.close();
    }
  }

  @BeforeEach
  void start() throws Exception {
    zookeeper = new TestCluster(directory);
    tool = zookeeper.session();
  }

  @AfterEach
  void stop() throws Exception {
    nodes.forEach(Node::close);
    zookeeper.close();
  }

  @Test
  void directoriesThatWereRemovedBeforeAreMadeAgain() throws Exception {
    REMOVABLE.forEach(path -> tool.delete(path, -1).join());
    tool.delete(ZnodePaths.ADMIN, -1).join();
    assertTrue(new Node(0).start().controller.isActive());
    REMOVABLE.forEach(path -> assertTrue(exists(path), path));
    assertEquals("1", epoch());
  }

  @Test
  void directoriesThatAreRemovedMeanwhileAreMadeAgain() throws Exception {
    new Node(0).start();
    for (String path : REMOVABLE) {
      tool.delete(path, -1).join();
      ReassignmentCluster.await(() -> exists(path));
    }
    assertEquals("1", epoch());
    tool.create(
            ZnodePaths.topic("t"),
            "{\"version\":1,\"partitions\":{\"0\":[0]}}".getBytes(StandardCharsets.UTF_8),
            CreateMode.PERSISTENT)
        .join();
    brokers.await(() -> brokers.leader(0, "t", 0) != null);
    tool.create(ZnodePaths.deleteTopic("t"), null, CreateMode.PERSISTENT).join();
    ReassignmentCluster.await(() -> !exists(ZnodePaths.deleteTopic("t")));
    assertFalse(exists(ZnodePaths.topic("t")));
  }

  @Test
  void whoCannotTakeOverPausesBeforeItTriesAgain() throws Exception {
    Node node = new Node(0);
    node.cannotReadDeletions = true;
    ExecutionException failure =
        assertThrows(
            ExecutionException.class, () -> node.controller.start().get(30, TimeUnit.SECONDS));
    assertInstanceOf(KeeperException.NoAuthException.class, failure.getCause());
    // Its own /controller came and went: each tells of itself.
    ReassignmentCluster.await(() -> !exists(ZnodePaths.CONTROLLER));
    node.awaitEventsTaken();
    assertEquals("1", epoch());
    assertEquals(Controller.NO_CONTROLLER, node.controller.controllerId());
    node.cannotReadDeletions = false;
    node.delayed.removeFirst().run();
    ReassignmentCluster.await(node.controller::isActive);
    assertEquals("2", epoch());
  }

  @Test
  void deletionsOfTopicsScheduleNoMoreChecksOfBalance() throws Exception {
    elections.rebalance = true;
    Node node = new Node(0).start();
    assertEquals(1, node.delayed.size());
    for (int i = 0; i < 3; i++) {
      String mark = ZnodePaths.deleteTopic("unknown" + i);
      tool.create(mark, null, CreateMode.PERSISTENT).join();
      ReassignmentCluster.await(() -> !exists(mark));
    }
    node.awaitEventsTaken();
    assertEquals(1, node.delayed.size());
  }

  private boolean exists(String path) {
    return tool.exists(path, false).join().isPresent();
  }

  private String epoch() {
    return tool.read(ZnodePaths.CONTROLLER_EPOCH, false).join().text();
  }
}
