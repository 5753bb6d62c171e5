package org.odradek.controller.zookeeper;

import java.util.List;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;

/**
 * Who may read and change the nodes that this process makes ({@code zookeeper.set.acl}). Nodes that
 * are there already stay as they are.
 */
public enum ZnodeProtection {
  /** Everybody may do everything. */
  OPEN,

  /**
   * Who made a node may change it, which is everybody who logs in to ZooKeeper as this broker does;
   * others may read it, but for those that hold credentials.
   */
  SECURED;

  /** Below these are passwords, encrypted or not, and delegation tokens. */
  private static final List<String> SENSITIVE =
      List.of("/config/users", "/config/brokers", "/delegation_token/tokens");

  /** Consumers of Kafka 0.8, which know nothing of this, keep their offsets there. */
  private static final String CONSUMERS = "/consumers";

  /** {@code path} is relative to the cluster's chroot. */
  List<ACL> acls(String path) {
    if (this == OPEN || path.equals(CONSUMERS)) {
      return ZooDefs.Ids.OPEN_ACL_UNSAFE;
    }
    return SENSITIVE.stream().anyMatch(path::startsWith)
        ? ZooDefs.Ids.CREATOR_ALL_ACL
        : List.of(ZooDefs.Ids.CREATOR_ALL_ACL.getFirst(), ZooDefs.Ids.READ_ACL_UNSAFE.getFirst());
  }
}
