package org.odradek.controller;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.OpResult;
import org.odradek.controller.znode.ControllerCodec;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZnodeOperation;
import org.odradek.controller.zookeeper.ZooKeeperSession;

/**
 * Takes part in the election of the controller: who makes the ephemeral node {@code /controller}
 * has won, and raises {@code /controller_epoch} in the same transaction. Futures complete on the
 * ZooKeeper client's thread.
 */
final class ControllerElection {
  private static final int EPOCH_BEFORE_FIRST = 0;

  private final ZooKeeperSession session;
  private final int brokerId;
  private final LongSupplier clockMs;

  ControllerElection(ZooKeeperSession session, int brokerId, LongSupplier clockMs) {
    this.session = session;
    this.brokerId = brokerId;
    this.clockMs = clockMs;
  }

  /** How an election ended. */
  sealed interface Result {

    int controllerId();

    /** We are the controller of this epoch; {@code znodeVersion} is that of the epoch's node. */
    record Won(int controllerId, int epoch, int znodeVersion) implements Result {}

    record Lost(int controllerId) implements Result {}
  }

  /** Watches {@code /controller}, and makes it if it is not there. */
  CompletableFuture<Result> run() {
    return session
        .exists(ZnodePaths.CONTROLLER, true) // watches also when there is none
        .thenCombine(session.readIfPresent(ZnodePaths.CONTROLLER, false), (stat, znode) -> znode)
        .thenCombine(session.readIfPresent(ZnodePaths.CONTROLLER_EPOCH, false), this::decide)
        .thenCompose(next -> next);
  }

  private CompletableFuture<Result> decide(Optional<Znode> controller, Optional<Znode> epoch) {
    if (controller.isPresent()) {
      boolean isOurs = controller.get().stat().getEphemeralOwner() == session.sessionId();
      if (isOurs && epoch.isPresent()) {
        return won(epoch.get());
      }
      return CompletableFuture.completedFuture(
          new Result.Lost(ControllerCodec.decode(controller.get().data())));
    }
    if (epoch.isEmpty()) {
      return session
          .create(
              ZnodePaths.CONTROLLER_EPOCH,
              ControllerCodec.encodeEpoch(EPOCH_BEFORE_FIRST),
              CreateMode.PERSISTENT)
          .handle((path, failure) -> null)
          .thenCompose(done -> run());
    }
    return claim(epoch.get());
  }

  /** Our own request went through though its answer was lost. */
  private CompletableFuture<Result> won(Znode epoch) {
    return CompletableFuture.completedFuture(
        new Result.Won(
            brokerId, ControllerCodec.decodeEpoch(epoch.data()), epoch.stat().getVersion()));
  }

  private CompletableFuture<Result> claim(Znode before) {
    int epoch = ControllerCodec.decodeEpoch(before.data()) + 1;
    int version = before.stat().getVersion();
    return session
        .multi(
            List.of(
                new ZnodeOperation.Create(
                    ZnodePaths.CONTROLLER,
                    ControllerCodec.encode(brokerId, clockMs.getAsLong()),
                    CreateMode.EPHEMERAL),
                new ZnodeOperation.Write(
                    ZnodePaths.CONTROLLER_EPOCH, ControllerCodec.encodeEpoch(epoch), version)))
        .<Result>thenApply(results ->
            new Result.Won(
                brokerId,
                epoch,
                ((OpResult.SetDataResult) results.getLast()).getStat().getVersion()))
        .exceptionallyCompose(failure -> {
          KeeperException.Code code = Failures.code(failure);
          return code == KeeperException.Code.NODEEXISTS || code == KeeperException.Code.BADVERSION
              ? run() // another was faster
              : CompletableFuture.failedFuture(failure);
        });
  }

  /** Gives the role up, so that another broker need not wait for our session to end. */
  CompletableFuture<Void> resign(int epochZnodeVersion) {
    return session
        .multi(
            List.of(
                new ZnodeOperation.Check(ZnodePaths.CONTROLLER_EPOCH, epochZnodeVersion),
                new ZnodeOperation.Delete(ZnodePaths.CONTROLLER, ZnodeOperation.ANY_VERSION)))
        .thenAccept(done -> {});
  }
}
