package org.odradek.broker.main;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.delegation.DelegationTokenRepository;
import org.odradek.controller.delegation.DelegationTokenStore;
import org.odradek.controller.znode.DelegationTokenInfo;

/** Delegation tokens in ZooKeeper, once there is a session. */
final class ZooKeeperDelegationTokens implements DelegationTokenRepository {
  private volatile @Nullable DelegationTokenStore store;

  void connected(DelegationTokenStore connected) {
    store = connected;
  }

  private DelegationTokenStore store() {
    DelegationTokenStore connected = store;
    if (connected == null) {
      throw new IllegalStateException("delegation tokens are asked for before ZooKeeper is there");
    }
    return connected;
  }

  @Override
  public CompletableFuture<Void> create(DelegationTokenInfo token) {
    return store().create(token);
  }

  @Override
  public CompletableFuture<Void> update(DelegationTokenInfo token) {
    return store().update(token);
  }

  @Override
  public CompletableFuture<Void> remove(String tokenId) {
    return store().remove(tokenId);
  }
}
