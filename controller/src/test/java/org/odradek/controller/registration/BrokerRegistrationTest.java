package org.odradek.controller.registration;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.TestCluster;
import org.odradek.controller.znode.BrokerCodec;
import org.odradek.controller.znode.ControllerCodec;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.ZooKeeperClient;

class BrokerRegistrationTest {
  private static final EndpointProbe NEVER_ASKED =
      endpoint -> {
        throw new AssertionError("probed " + endpoint);
      };

  @TempDir Path directory;
  private TestCluster cluster;
  private ZooKeeperClient before;
  private ZooKeeperClient now;

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster(directory);
    before = cluster.session();
    now = cluster.session();
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  @Test
  void theBrokerEpochIsTheNodesCzxid() {
    long epoch = register(now, NEVER_ASKED, 1, 9092).join();
    assertEquals(stat().getCzxid(), epoch);
    assertEquals(1, stat().getVersion());
    assertEquals(epoch, register(now, NEVER_ASKED, 1, 9092).join()); // it is ours already
  }

  @Test
  void theNodeOfAKilledProcessAtOurAddressIsTakenOverTogetherWithItsRole() {
    long old = register(before, NEVER_ASKED, 1, 9092).join();
    before.create(ZnodePaths.CONTROLLER, ControllerCodec.encode(1, 1), CreateMode.EPHEMERAL).join();
    long epoch = register(now, NEVER_ASKED, 1, 9092).join();
    assertTrue(epoch > old);
    assertEquals(now.sessionId(), stat().getEphemeralOwner());
    assertTrue(now.exists(ZnodePaths.CONTROLLER, false).join().isEmpty());
  }

  @Test
  void anothersRoleIsLeftAlone() throws Exception {
    register(before, NEVER_ASKED, 1, 9092).join();
    cluster
        .session()
        .create(ZnodePaths.CONTROLLER, ControllerCodec.encode(2, 1), CreateMode.EPHEMERAL)
        .join();
    register(now, NEVER_ASKED, 1, 9092).join();
    assertTrue(now.exists(ZnodePaths.CONTROLLER, false).join().isPresent());
  }

  @Test
  void aNodeWhoseAddressOnThisMachineNobodyListensAtIsTakenOver() throws Exception {
    int port;
    try (ServerSocket freed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = freed.getLocalPort();
    }
    register(before, NEVER_ASKED, 1, port).join();
    register(now, EndpointProbe.tcp(1_000), 1, port == 9092 ? 9093 : 9092).join();
    assertEquals(now.sessionId(), stat().getEphemeralOwner());
  }

  @Test
  void aLiveBrokerWithOurIdMakesUsRefuseAndIsNamed() throws Exception {
    try (ServerSocket live = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      register(before, NEVER_ASKED, 1, live.getLocalPort()).join();
      CompletionException failure =
          assertThrows(
              CompletionException.class,
              () -> register(now, EndpointProbe.tcp(1_000), 1, 9092).join());
      BrokerIdInUseException refusal =
          assertInstanceOf(BrokerIdInUseException.class, failure.getCause());
      assertTrue(
          refusal.toString().contains("127.0.0.1:" + live.getLocalPort()), refusal.toString());
      assertEquals(before.sessionId(), stat().getEphemeralOwner());
    }
  }

  @Test
  void anUnreachableBrokersNodeIsWaitedFor() throws Exception {
    register(before, NEVER_ASKED, 1, 9093).join();
    CompletableFuture<Void> probed = new CompletableFuture<>();
    CompletableFuture<Long> registered =
        register(
            now,
            endpoint -> {
              probed.complete(null);
              return CompletableFuture.completedFuture(EndpointProbe.Answer.UNKNOWN);
            },
            1,
            9092);
    probed.get(30, TimeUnit.SECONDS);
    before.close();
    registered.get(30, TimeUnit.SECONDS);
    assertEquals(now.sessionId(), stat().getEphemeralOwner());
  }

  @Test
  void anUnreachableBrokersNodeThatStaysMakesUsRefuse() {
    register(before, NEVER_ASKED, 1, 9093).join();
    BrokerRegistration impatient =
        new BrokerRegistration(
            now, endpoint -> CompletableFuture.completedFuture(EndpointProbe.Answer.UNKNOWN), 1);
    CompletionException failure =
        assertThrows(
            CompletionException.class,
            () -> impatient.register(TestCluster.broker(1, 9092)).join());
    assertInstanceOf(BrokerIdInUseException.class, failure.getCause());
  }

  @Test
  void preparesTheClusterOnceAndKeepsItsId() {
    assertEquals("AAAAAAAAAAAAAAAAAAAAAA", ClusterSetup.prepare(now, () -> "another").join());
    for (String path : ZnodePaths.PERSISTENT) {
      assertEquals(null, now.read(path, false).join().data(), path);
    }
    assertEquals(
        "{\"features\":{},\"version\":1,\"status\":1}",
        now.read(ZnodePaths.FEATURE, false).join().text());
  }

  @Test
  void generatesBrokerIdsAboveTheReservedOnes() {
    assertEquals(1001, BrokerIds.generate(now, 1000).join());
    assertEquals(1002, BrokerIds.generate(before, 1000).join());
  }

  @Test
  void aRegistrationThatCannotBeReadIsNotTakenOver() {
    before.create(ZnodePaths.broker(1), new byte[] {'x'}, CreateMode.EPHEMERAL).join();
    BrokerRegistration impatient = new BrokerRegistration(now, NEVER_ASKED, 1);
    assertThrows(
        CompletionException.class, () -> impatient.register(TestCluster.broker(1, 9092)).join());
    assertEquals(before.sessionId(), stat().getEphemeralOwner());
  }

  private Stat stat() {
    return now.read(ZnodePaths.broker(1), false).join().stat();
  }

  private static CompletableFuture<Long> register(
      ZooKeeperClient session, EndpointProbe probe, int id, int port) {
    assertTrue(BrokerCodec.encode(TestCluster.broker(id, port)).length > 0);
    return new BrokerRegistration(session, probe, 30_000).register(TestCluster.broker(id, port));
  }
}
