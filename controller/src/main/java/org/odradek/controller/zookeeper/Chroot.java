package org.odradek.controller.zookeeper;

import java.util.concurrent.CompletionException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;

/** Makes the path below which a cluster lives, when several share one ZooKeeper. */
final class Chroot {
  private Chroot() {}

  /** Makes each level that is missing. Blocks. */
  static void ensure(ZooKeeperSession root, String chroot) throws ZooKeeperConnectException {
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
