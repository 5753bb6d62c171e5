package org.odradek.controller.delegation;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.odradek.controller.znode.DelegationTokenCodec;
import org.odradek.controller.znode.DelegationTokenInfo;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.DirectoryNodes;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZnodeOperation;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes {@code /delegation_token/tokens/<id>}. Each write tells all brokers, in the same
 * transaction.
 *
 * <p>Thread-safety: any thread, nothing blocks.
 */
public final class DelegationTokenStore {
  private static final Logger log = LoggerFactory.getLogger(DelegationTokenStore.class);

  private final ZooKeeperSession session;

  public DelegationTokenStore(ZooKeeperSession session) {
    this.session = session;
  }

  /** Makes the directory nodes, where they are missing. */
  public CompletableFuture<Void> prepare() {
    return DirectoryNodes.ensure(session, ZnodePaths.DELEGATION_TOKENS)
        .thenCompose(done -> DirectoryNodes.ensure(session, ZnodePaths.DELEGATION_TOKEN_CHANGES));
  }

  /** Empty where there is none, or none that can be understood, which is logged. */
  public CompletableFuture<Optional<DelegationTokenInfo>> read(String tokenId) {
    String path = ZnodePaths.delegationToken(tokenId);
    return session
        .readIfPresent(path, false)
        .thenApply(znode -> znode.flatMap(found -> decode(path, found)));
  }

  private static Optional<DelegationTokenInfo> decode(String path, Znode znode) {
    try {
      return Optional.of(DelegationTokenCodec.decode(path, znode.data()));
    } catch (ZnodeFormatException e) {
      log.error("A delegation token cannot be read, so it is not valid: {}", e.getMessage());
      return Optional.empty();
    }
  }

  public CompletableFuture<List<DelegationTokenInfo>> readAll() {
    return session
        .children(ZnodePaths.DELEGATION_TOKENS, false)
        .thenCompose(tokenIds -> {
          List<CompletableFuture<Optional<DelegationTokenInfo>>> open =
              tokenIds.stream().map(this::read).toList();
          return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
              .thenApply(done ->
                  open.stream().map(CompletableFuture::join).flatMap(Optional::stream).toList());
        });
  }

  /** Stores a new token. */
  public CompletableFuture<Void> create(DelegationTokenInfo token) {
    return tellAll(
        token.tokenId(),
        new ZnodeOperation.Create(
            ZnodePaths.delegationToken(token.tokenId()),
            DelegationTokenCodec.encode(token),
            CreateMode.PERSISTENT));
  }

  /** Replaces a token; fails with {@code NONODE} if it is gone. */
  public CompletableFuture<Void> update(DelegationTokenInfo token) {
    return tellAll(
        token.tokenId(),
        new ZnodeOperation.Write(
            ZnodePaths.delegationToken(token.tokenId()),
            DelegationTokenCodec.encode(token),
            ZnodeOperation.ANY_VERSION));
  }

  /** Removes a token; one that is gone already is no error. */
  public CompletableFuture<Void> remove(String tokenId) {
    String path = ZnodePaths.delegationToken(tokenId);
    return tellAll(tokenId, new ZnodeOperation.Delete(path, ZnodeOperation.ANY_VERSION))
        .exceptionallyCompose(failure ->
            Failures.code(failure) == KeeperException.Code.NONODE
                    && path.equals(Failures.path(failure))
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(failure));
  }

  private CompletableFuture<Void> tellAll(String tokenId, ZnodeOperation change) {
    List<ZnodeOperation> operations = new ArrayList<>();
    operations.add(change);
    operations.add(
        new ZnodeOperation.Create(
            ZnodePaths.DELEGATION_TOKEN_CHANGE_PREFIX,
            DelegationTokenCodec.encodeChange(tokenId),
            CreateMode.PERSISTENT_SEQUENTIAL));
    return session.multi(operations).thenAccept(done -> {});
  }
}
