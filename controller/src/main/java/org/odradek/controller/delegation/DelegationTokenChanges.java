package org.odradek.controller.delegation;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.DelegationTokenCodec;
import org.odradek.controller.znode.DelegationTokenInfo;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.ChangeNotifications;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of all delegation tokens at the start (and in each new session), then of each that a
 * notification names.
 *
 * <p>Thread-safety: {@link #start} once.
 */
public final class DelegationTokenChanges {
  private static final Logger log = LoggerFactory.getLogger(DelegationTokenChanges.class);

  /** Hears of the tokens, on the ZooKeeper client's event thread: it must not block. */
  public interface Listener {
    /** These are there, and no others. */
    void tokensAre(List<DelegationTokenInfo> tokens);

    /** This token was made or changed; it may be known already. */
    void tokenIs(DelegationTokenInfo token);

    void tokenRemoved(String tokenId);
  }

  private final DelegationTokenStore store;
  private final Listener listener;
  private final ChangeNotifications notifications;

  /**
   * @param clockMs wall clock time, as ZooKeeper's ctime
   * @param timer when to read again what could not be read
   */
  public DelegationTokenChanges(
      ZooKeeperSession session,
      LongSupplier clockMs,
      ChangeNotifications.Timer timer,
      Listener listener) {
    this.store = new DelegationTokenStore(session);
    this.listener = listener;
    this.notifications =
        new ChangeNotifications(
            session,
            ZnodePaths.DELEGATION_TOKEN_CHANGE_PREFIX,
            clockMs,
            timer,
            new ChangeNotifications.Follower() {
              @Override
              public CompletableFuture<Void> loadAll() {
                return store.readAll().thenAccept(listener::tokensAre);
              }

              @Override
              public CompletableFuture<Void> changed(String path, byte @Nullable [] notification) {
                return changedToken(path, notification);
              }
            });
  }

  /** Completes when the listener has had all tokens that are there now. */
  public CompletableFuture<Void> start() {
    return store.prepare().thenCompose(done -> notifications.start());
  }

  private CompletableFuture<Void> changedToken(String path, byte @Nullable [] notification) {
    String tokenId;
    try {
      tokenId = DelegationTokenCodec.decodeChange(path, notification);
    } catch (ZnodeFormatException e) {
      log.warn("ignored a notification about a delegation token: {}", e.getMessage());
      return CompletableFuture.completedFuture(null);
    }
    return store
        .read(tokenId)
        .thenAccept(token ->
            token.ifPresentOrElse(listener::tokenIs, () -> listener.tokenRemoved(tokenId)));
  }
}
