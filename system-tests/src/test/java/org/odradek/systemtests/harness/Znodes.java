package org.odradek.systemtests.harness;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.ACL;
import org.odradek.processes.Waiting;

/** A look into ZooKeeper. */
public final class Znodes implements AutoCloseable {
  private final ZooKeeper client;

  public Znodes(String connect) throws IOException, InterruptedException {
    var connected = new CountDownLatch(1);
    client =
        new ZooKeeper(
            connect,
            30_000,
            event -> {
              if (event.getState() == KeeperState.SyncConnected) {
                connected.countDown();
              }
            });
    if (!connected.await(30, TimeUnit.SECONDS)) {
      client.close();
      throw new AssertionError("no ZooKeeper at " + connect);
    }
  }

  public boolean exists(String path) throws KeeperException, InterruptedException {
    return client.exists(path, false) != null;
  }

  public List<String> children(String path) throws KeeperException, InterruptedException {
    return client.getChildren(path, false).stream().sorted().toList();
  }

  /** Who may do what with a node. */
  public List<ACL> acl(String path) throws KeeperException, InterruptedException {
    return client.getACL(path, null);
  }

  /** The data as text; empty for none. */
  public String data(String path) throws KeeperException, InterruptedException {
    byte[] data = client.getData(path, false, null);
    return data == null ? "" : new String(data, StandardCharsets.UTF_8);
  }

  /** The data as text; empty when there is no such node, or no answer at the moment. */
  public String tryData(String path) {
    try {
      return data(path);
    } catch (KeeperException e) {
      return "";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** Makes a node that lasts, open to everybody. */
  public void create(String path, String data) throws KeeperException, InterruptedException {
    client.create(
        path,
        data.getBytes(StandardCharsets.UTF_8),
        ZooDefs.Ids.OPEN_ACL_UNSAFE,
        CreateMode.PERSISTENT);
  }

  /** Deletes a node, in whatever version. */
  public void delete(String path) throws KeeperException, InterruptedException {
    client.delete(path, -1);
  }

  /** Waits until the node is there or, with {@code wanted} false, is not. */
  public void await(String path, boolean wanted) {
    Waiting.until(
        Duration.ofSeconds(120),
        () -> {
          try {
            return exists(path) == wanted;
          } catch (KeeperException e) {
            return false;
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
          }
        },
        () -> path + (wanted ? " exists" : " is gone"));
  }

  @Override
  public void close() throws InterruptedException {
    client.close();
  }
}
