package org.odradek.controller.zookeeper;

import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Op;
import org.jspecify.annotations.Nullable;

/** One operation of a ZooKeeper transaction ({@link ZooKeeperSession#multi}). */
public sealed interface ZnodeOperation {

  /** Matches any data version. */
  int ANY_VERSION = -1;

  String path();

  /** The form in which the ZooKeeper client takes it. */
  Op toOp(ZnodeProtection protection);

  /** Makes a node; the parent must be there. */
  @SuppressWarnings("ArrayRecordComponent")
  record Create(String path, byte @Nullable [] data, CreateMode mode) implements ZnodeOperation {
    @Override
    public Op toOp(ZnodeProtection protection) {
      return Op.create(path, data, protection.acls(path), mode);
    }
  }

  /** Replaces the data if its version is {@code expectedVersion}. */
  @SuppressWarnings("ArrayRecordComponent")
  record Write(String path, byte @Nullable [] data, int expectedVersion) implements ZnodeOperation {
    @Override
    public Op toOp(ZnodeProtection protection) {
      return Op.setData(path, data, expectedVersion);
    }
  }

  /** Removes the node if its data version is {@code expectedVersion}. */
  record Delete(String path, int expectedVersion) implements ZnodeOperation {
    @Override
    public Op toOp(ZnodeProtection protection) {
      return Op.delete(path, expectedVersion);
    }
  }

  /** Lets the transaction fail unless the data version is {@code expectedVersion}: the fence. */
  record Check(String path, int expectedVersion) implements ZnodeOperation {
    @Override
    public Op toOp(ZnodeProtection protection) {
      return Op.check(path, expectedVersion);
    }
  }
}
