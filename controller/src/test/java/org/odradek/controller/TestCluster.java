package org.odradek.controller;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.odradek.controller.registration.ClusterSetup;
import org.odradek.controller.znode.BrokerEndpoint;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.controller.zookeeper.EmbeddedZooKeeper;
import org.odradek.controller.zookeeper.EmbeddedZooKeeperConfig;
import org.odradek.controller.zookeeper.SessionEvent;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.controller.zookeeper.ZooKeeperClientConfig;

/** A ZooKeeper server in a directory, prepared for a cluster, and sessions to it. */
public final class TestCluster implements AutoCloseable {
  private final EmbeddedZooKeeper server;
  private final List<ZooKeeperClient> sessions = new ArrayList<>();

  public TestCluster(Path directory) throws Exception {
    server = EmbeddedZooKeeper.start(EmbeddedZooKeeperConfig.loopback(directory, 0));
    ClusterSetup.prepare(session(), () -> "AAAAAAAAAAAAAAAAAAAAAA").get(30, TimeUnit.SECONDS);
  }

  /** The first session, or one more. */
  public ZooKeeperClient session() throws Exception {
    ZooKeeperClient session =
        ZooKeeperClient.connect(ZooKeeperClientConfig.of(server.connectString()));
    sessions.add(session);
    return session;
  }

  public EmbeddedZooKeeper server() {
    return server;
  }

  /** Waits until a node is not there. */
  public void awaitGone(String path) throws Exception {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    ZooKeeperClient watcher = session();
    watcher.subscribe(event -> {
      if (event instanceof SessionEvent.ZnodeDeleted(String deleted) && deleted.equals(path)) {
        gone.complete(null);
      }
    });
    if (watcher.exists(path, true).join().isPresent()) {
      gone.get(30, TimeUnit.SECONDS);
    }
  }

  /** Waits until a node is there. */
  public void awaitThere(String path) throws Exception {
    CompletableFuture<Void> there = new CompletableFuture<>();
    ZooKeeperClient watcher = session();
    watcher.subscribe(event -> {
      if (event instanceof SessionEvent.ZnodeCreated(String created) && created.equals(path)) {
        there.complete(null);
      }
    });
    if (watcher.exists(path, true).join().isEmpty()) {
      there.get(30, TimeUnit.SECONDS);
    }
  }

  public static BrokerInfo broker(int id, int port) {
    return new BrokerInfo(
        id,
        List.of(new BrokerEndpoint("PLAINTEXT", "PLAINTEXT", "127.0.0.1", port)),
        null,
        -1,
        1_700_000_000_000L);
  }

  @Override
  public void close() throws Exception {
    sessions.forEach(ZooKeeperClient::close);
    server.close();
  }
}
