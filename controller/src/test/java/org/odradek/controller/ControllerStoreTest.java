package org.odradek.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.odradek.protocol.TopicPartition;

/** What the store does when others write between its reading and its writing. */
class ControllerStoreTest {
  private static final PartitionState LED_BY_1 = new PartitionState(1, 0, List.of(1), 1, 0);

  @TempDir Path directory;
  private TestCluster cluster;
  private ZooKeeperClient session;
  private final AtomicReference<Runnable> beforeNextWrite = new AtomicReference<>(() -> {});
  private ControllerStore store;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster(directory);
    session = cluster.session();
    ControllerContext context = new ControllerContext();
    session.create(ZnodePaths.CONTROLLER_EPOCH, new byte[] {'1'}, CreateMode.PERSISTENT).join();
    context.elected(1, 0);
    ControllerScheduler inline =
        new ControllerScheduler() {
          @Override
          public void execute(Runnable task) {
            task.run();
          }

          @Override
          public void schedule(Runnable task, long delayMs) {
            throw new UnsupportedOperationException();
          }
        };
    store = new ControllerStore(interrupted(session), inline, context);
    for (String topic : List.of("a", "b", "c")) {
      session.create(ZnodePaths.topic(topic), null, CreateMode.PERSISTENT).join();
    }
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  /** The session, with something happening before the next multi. */
  private ZooKeeperSession interrupted(ZooKeeperSession real) {
    return (ZooKeeperSession)
        Proxy.newProxyInstance(
            ZooKeeperSession.class.getClassLoader(),
            new Class<?>[] {ZooKeeperSession.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("multi")) {
                beforeNextWrite.getAndSet(() -> {}).run();
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Map<TopicPartition, PartitionState> statesOf(String... topics) {
    Map<TopicPartition, PartitionState> states = new LinkedHashMap<>();
    for (String topic : topics) {
      states.put(new TopicPartition(topic, 0), LED_BY_1);
    }
    return states;
  }

  /** As when the connection breaks: the write was made, and is sent again. */
  @Test
  void aDirectoryThatIsThereMeanwhileKeepsNobodyWaiting() throws Exception {
    beforeNextWrite.set(() -> {
      try {
        cluster
            .session()
            .create(ZnodePaths.partitions("b"), null, CreateMode.PERSISTENT)
            .get(30, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    });
    Map<TopicPartition, PartitionState> states = statesOf("a", "b", "c");
    assertEquals(states.keySet(), store.createStates(states).get(30, TimeUnit.SECONDS).keySet());
    for (TopicPartition partition : states.keySet()) {
      assertTrue(session.exists(ZnodePaths.partitionState(partition), false).join().isPresent());
    }
  }

  @Test
  void aTopicThatIsGoneKeepsNobodyWaiting() throws Exception {
    session.delete(ZnodePaths.topic("b"), -1).join();
    Map<TopicPartition, PartitionState> written =
        store.createStates(statesOf("a", "b", "c")).get(30, TimeUnit.SECONDS);
    assertEquals(Set.of(new TopicPartition("a", 0), new TopicPartition("c", 0)), written.keySet());
    assertFalse(session.exists(ZnodePaths.topic("b"), false).join().isPresent());
  }
}
