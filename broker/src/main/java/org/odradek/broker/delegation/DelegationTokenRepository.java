package org.odradek.broker.delegation;

import java.util.concurrent.CompletableFuture;
import org.odradek.controller.znode.DelegationTokenInfo;

/** Where tokens are kept for all brokers. Thread-safety: any thread; nothing blocks. */
public interface DelegationTokenRepository {

  CompletableFuture<Void> create(DelegationTokenInfo token);

  /** Replaces a token; fails with ZooKeeper's {@code NONODE} if it is gone. */
  CompletableFuture<Void> update(DelegationTokenInfo token);

  /** Removes a token; one that is gone already is no error. */
  CompletableFuture<Void> remove(String tokenId);
}
