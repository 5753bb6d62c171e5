package org.odradek.controller.zookeeper;

import java.io.IOException;
import java.util.concurrent.CompletionException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;

/** Makes the path below which a cluster lives, when several share one ZooKeeper. */
final class Chroot {
  private Chroot() {}

  /** Makes each level that is missing, in a session of its own without the chroot. Blocks. */
  static void ensure(ZooKeeperClientConfig config) throws IOException, InterruptedException {
    String chroot = config.chroot();
    if (chroot.isEmpty()) {
      return;
    }
    try (ZooKeeperClient root = ZooKeeperClient.open(config.withoutChroot())) {
      ensure(root, chroot);
    }
  }

  private static void ensure(ZooKeeperSession root, String chroot)
      throws ZooKeeperConnectException {
    for (int end = chroot.indexOf('/', 1); ; end = chroot.indexOf('/', end + 1)) {
      String path = end < 0 ? chroot : chroot.substring(0, end);
      try {
        root.create(path, null, CreateMode.PERSISTENT).join();
      } catch (CompletionException e) {
        Throwable cause = Failures.cause(e);
        if (!(cause instanceof KeeperException.NodeExistsException)) {
          throw new ZooKeeperConnectException(
              "cannot make the chroot %s of zookeeper.connect: %s"
                  .formatted(chroot, cause.getMessage()),
              cause);
        }
      }
      if (end < 0) {
        return;
      }
    }
  }
}
