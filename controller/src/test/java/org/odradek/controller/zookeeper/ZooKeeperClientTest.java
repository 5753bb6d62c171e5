package org.odradek.controller.zookeeper;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ZooKeeperClientTest {
  @TempDir Path directory;
  private EmbeddedZooKeeper server;
  private ZooKeeperClient client;
  private final BlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() throws Exception {
    server = EmbeddedZooKeeper.start(EmbeddedZooKeeperConfig.loopback(directory, 0));
    client = ZooKeeperClient.connect(ZooKeeperClientConfig.of(server.connectString()));
    client.subscribe(events::add);
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    server.close();
  }

  @Test
  void pipelinesRequestsInOrder() {
    client.create("/a", null, CreateMode.PERSISTENT).join();
    List<CompletableFuture<?>> open = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      open.add(client.write("/a", bytes(Integer.toString(i)), i));
    }
    CompletableFuture.allOf(open.toArray(CompletableFuture[]::new)).join();
    Znode znode = client.read("/a", false).join();
    assertEquals("499", znode.text());
    assertEquals(500, znode.stat().getVersion());
  }

  @Test
  void aTransactionIsAllOrNothingAndNamesWhatFailed() {
    client.create("/epoch", bytes("1"), CreateMode.PERSISTENT).join();
    KeeperException failure =
        keeperFailure(
            client.multi(
                List.of(
                    new ZnodeOperation.Create("/x", null, CreateMode.PERSISTENT),
                    new ZnodeOperation.Check("/epoch", 7))));
    assertEquals(KeeperException.Code.BADVERSION, failure.code());
    assertEquals("/epoch", failure.getPath());
    assertTrue(client.exists("/x", false).join().isEmpty());
  }

  @Test
  void watchesArriveAsTypedEvents() throws Exception {
    client.create("/w", null, CreateMode.PERSISTENT).join();
    client.read("/w", true).join();
    client.children("/w", true).join();
    client.exists("/w/child", true).join();
    client.create("/w/child", null, CreateMode.PERSISTENT).join();
    assertEquals(new SessionEvent.ZnodeCreated("/w/child"), next());
    assertEquals(new SessionEvent.ZnodeChildrenChanged("/w"), next());
    client.write("/w", bytes("new"), ZnodeOperation.ANY_VERSION).join();
    assertEquals(new SessionEvent.ZnodeDataChanged("/w"), next());
  }

  @Test
  void anExpiredSessionIsReplacedAndItsRequestsFailOrWait() throws Exception {
    long first = client.sessionId();
    client.create("/mine", null, CreateMode.EPHEMERAL).join();
    server.expireSession(first);
    SessionEvent event = next();
    while (!(event instanceof SessionEvent.Established)) {
      event = next();
    }
    assertNotEquals(first, client.sessionId());
    assertTrue(client.exists("/mine", false).join().isEmpty());
    client.create("/mine", null, CreateMode.EPHEMERAL).join();
    assertEquals(
        client.sessionId(), client.exists("/mine", false).join().orElseThrow().getEphemeralOwner());
  }

  @Test
  void requestsSurviveARestartOfTheServerWithinTheSession() throws Exception {
    long session = client.sessionId();
    client.create("/mine", null, CreateMode.EPHEMERAL).join();
    int port = server.port();
    server.close();
    assertInstanceOf(SessionEvent.Disconnected.class, next());
    CompletableFuture<Znode> waiting = client.read("/mine", false);
    server = EmbeddedZooKeeper.start(EmbeddedZooKeeperConfig.loopback(directory, port));
    assertEquals(session, waiting.join().stat().getEphemeralOwner());
    assertInstanceOf(SessionEvent.Reconnected.class, next());
    assertEquals(session, client.sessionId());
  }

  @Test
  void aWriteThatIsTooLargeIsNotSent() {
    byte[] tooLarge = new byte[1_048_575];
    client.create("/a", new byte[1_048_000], CreateMode.PERSISTENT).join();
    List<CompletableFuture<?>> refused =
        List.of(
            client.create("/b", tooLarge, CreateMode.PERSISTENT),
            client.write("/a", tooLarge, ZnodeOperation.ANY_VERSION),
            client.multi(
                List.of(
                    new ZnodeOperation.Write("/a", new byte[600_000], -1),
                    new ZnodeOperation.Write("/a", new byte[600_000], -1))));
    for (CompletableFuture<?> each : refused) {
      CompletionException failure = assertThrows(CompletionException.class, each::join);
      assertInstanceOf(RequestTooLargeException.class, failure.getCause());
    }
    assertEquals(0, client.exists("/a", false).join().orElseThrow().getVersion());
    assertTrue(events.stream().noneMatch(event -> event instanceof SessionEvent.Disconnected));
  }

  @Test
  void whatIsTooLargeToBeAnsweredIsGivenUpAndNothingElse() throws Exception {
    client.create("/large", null, CreateMode.PERSISTENT).join();
    String name = "/large/" + "x".repeat(240);
    for (int i = 0; i < 4_500; i += 300) {
      List<ZnodeOperation> children = new ArrayList<>();
      for (int j = i; j < i + 300; j++) {
        children.add(new ZnodeOperation.Create(name + j, null, CreateMode.PERSISTENT));
      }
      client.multi(children).join();
    }
    CompletableFuture<?> large = client.children("/large", false);
    List<CompletableFuture<?>> others = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      others.add(client.exists("/large", false));
    }
    CompletableFuture.allOf(others.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
    assertEquals(KeeperException.Code.CONNECTIONLOSS, keeperFailure(large).code());
    assertTrue(client.exists("/large", false).join().isPresent());
  }

  @Test
  void makesAMissingChroot() throws Exception {
    try (ZooKeeperClient below =
        ZooKeeperClient.connect(
            ZooKeeperClientConfig.of(server.connectString() + "/clusters/one/"))) {
      below.create("/brokers", null, CreateMode.PERSISTENT).join();
    }
    assertTrue(client.exists("/clusters/one/brokers", false).join().isPresent());
  }

  @Test
  void saysWhereZooKeeperWasNotFound() throws Exception {
    int port = server.port();
    server.close();
    ZooKeeperClientConfig config =
        new ZooKeeperClientConfig(
            "127.0.0.1:" + port,
            Duration.ofSeconds(6),
            Duration.ofMillis(50),
            ZnodeProtection.OPEN,
            false,
            ZooKeeperTls.NONE);
    ZooKeeperConnectException failure =
        assertThrows(ZooKeeperConnectException.class, () -> ZooKeeperClient.connect(config));
    assertTrue(failure.toString().contains("127.0.0.1:" + port), failure.toString());
  }

  @Test
  void requestsOfAClosedClientFail() {
    client.close();
    assertEquals(
        KeeperException.Code.SESSIONEXPIRED, keeperFailure(client.read("/", false)).code());
  }

  private SessionEvent next() throws InterruptedException {
    SessionEvent event = events.poll(30, TimeUnit.SECONDS);
    assertTrue(event != null, "no event came");
    return event;
  }

  private static KeeperException keeperFailure(CompletableFuture<?> future) {
    CompletionException failure = assertThrows(CompletionException.class, future::join);
    return assertInstanceOf(KeeperException.class, failure.getCause());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
