package org.odradek.broker.isr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.partition.IsrStore.Accepted;
import org.odradek.broker.partition.IsrStore.Fenced;
import org.odradek.broker.partition.IsrStore.Member;
import org.odradek.broker.partition.IsrStore.Proposal;
import org.odradek.broker.partition.ManualWaitTimer;
import org.odradek.controller.registration.ClusterSetup;
import org.odradek.controller.znode.NotificationCodec;
import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.PartitionStateCodec;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.EmbeddedZooKeeper;
import org.odradek.controller.zookeeper.EmbeddedZooKeeperConfig;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.controller.zookeeper.ZooKeeperClientConfig;
import org.odradek.protocol.TopicPartition;

/** Against a ZooKeeper server in this process. */
final class ZooKeeperIsrStoreTest {
  private static final TopicPartition T0 = new TopicPartition("t", 0);
  private static final TopicPartition T1 = new TopicPartition("t", 1);
  private static final PartitionState LED_BY_1 = new PartitionState(1, 4, List.of(1), 3, 0);

  @TempDir Path directory;
  private final ManualWaitTimer timer = new ManualWaitTimer();
  private EmbeddedZooKeeper server;
  private ZooKeeperClient session;
  private ZooKeeperIsrStore store;

  @BeforeEach
  void start() throws Exception {
    server = EmbeddedZooKeeper.start(EmbeddedZooKeeperConfig.loopback(directory, 0));
    session = ZooKeeperClient.connect(ZooKeeperClientConfig.of(server.connectString()));
    await(ClusterSetup.prepare(session, () -> "AAAAAAAAAAAAAAAAAAAAAA"));
    String path = ZnodePaths.partitionState(T0);
    for (int slash = path.indexOf('/', 1); slash > 0; slash = path.indexOf('/', slash + 1)) {
      if (await(session.exists(path.substring(0, slash), false)).isEmpty()) {
        await(session.create(path.substring(0, slash), null, CreateMode.PERSISTENT));
      }
    }
    await(session.create(path, PartitionStateCodec.encode(LED_BY_1), CreateMode.PERSISTENT));
    store =
        new ZooKeeperIsrStore(
            session, new IsrChangeAnnouncements(session, timer::nowMs, timer), timer);
  }

  @AfterEach
  void stop() throws Exception {
    session.close();
    server.close();
  }

  @Test
  void writesTheStateOfItsVersion() throws Exception {
    assertEquals(new Accepted(1, 4, 1, List.of(1, 2)), await(store.propose(proposal(T0, 0, 1, 2))));
    assertEquals(new PartitionState(1, 4, List.of(1, 2), 3, 1), state());
    assertEquals(new Accepted(1, 4, 2, List.of(1)), await(store.propose(proposal(T0, 1, 1))));
  }

  /** A write whose answer was lost with the connection is made again, and finds itself done. */
  @Test
  void findsItsOwnWriteDone() throws Exception {
    await(store.propose(proposal(T0, 0, 1, 2)));
    assertEquals(new Accepted(1, 4, 1, List.of(1, 2)), await(store.propose(proposal(T0, 0, 1, 2))));
  }

  @Test
  void aReplacedLeaderChangesNothing() throws Exception {
    PartitionState byOthers = new PartitionState(2, 5, List.of(2), 3, 0);
    await(session.write(ZnodePaths.partitionState(T0), PartitionStateCodec.encode(byOthers), 0));
    assertInstanceOf(Fenced.class, await(store.propose(proposal(T0, 0, 1))));
    assertEquals(new PartitionState(2, 5, List.of(2), 3, 1), state());
    assertInstanceOf(Fenced.class, await(store.propose(proposal(T1, 0, 1))));
  }

  @Test
  void announcesManyChangesTogether() throws Exception {
    await(store.propose(proposal(T0, 0, 1, 2)));
    timer.advance(IsrChangeAnnouncements.CHECK_MS);
    assertEquals(List.of(T0), announced(1)); // the first for long
    await(store.propose(proposal(T0, 1, 1)));
    timer.advance(IsrChangeAnnouncements.CHECK_MS);
    await(store.propose(proposal(T0, 2, 1, 2)));
    timer.advance(IsrChangeAnnouncements.CHECK_MS);
    assertEquals(1, notifications().size());
    timer.advance(IsrChangeAnnouncements.CHECK_MS);
    assertEquals(List.of(T0), announced(2));
    assertEquals(0, timer.waits());
  }

  private List<String> notifications() throws Exception {
    return await(session.children(ZnodePaths.ISR_CHANGES, false)).stream().sorted().toList();
  }

  private List<TopicPartition> announced(int count) throws Exception {
    List<String> names = notifications(); // made before, by the same session
    assertEquals(count, names.size());
    String path = ZnodePaths.ISR_CHANGES + "/" + names.getLast();
    return NotificationCodec.decodeIsrChange(path, await(session.read(path, false)).data());
  }

  private PartitionState state() throws Exception {
    Znode znode = await(session.read(ZnodePaths.partitionState(T0), false));
    return PartitionStateCodec.decode(T0, znode.data(), znode.stat().getVersion());
  }

  private static Proposal proposal(TopicPartition partition, int version, Integer... isr) {
    return new Proposal(
        partition,
        null,
        1,
        4,
        version,
        List.of(isr).stream().map(broker -> new Member(broker, -1)).toList(),
        3);
  }

  private static <T> T await(CompletableFuture<T> future) throws Exception {
    return future.get(30, TimeUnit.SECONDS);
  }
}
