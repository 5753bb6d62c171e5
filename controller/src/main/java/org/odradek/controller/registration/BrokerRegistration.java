package org.odradek.controller.registration;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.BrokerCodec;
import org.odradek.controller.znode.BrokerEndpoint;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.controller.zookeeper.SessionEvent;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZnodeOperation;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ephemeral node {@code /brokers/ids/N} of this broker.
 *
 * <p>After {@code kill -9} the node of the process before us is still there until its session
 * expires. Kafka refuses to start then; we decide whose node it is:
 *
 * <ul>
 *   <li>it has our session: the answer to our own request was lost, it is ours;
 *   <li>it has our endpoints: we listen there, so nobody else does, and it is taken over at once,
 *       together with {@code /controller} if the same session holds that;
 *   <li>all of its endpoints are on this machine, and nobody listens there: taken over as well;
 *   <li>one of its endpoints answers: another broker has our id, and we refuse with its address;
 *   <li>it cannot be reached: we wait until its session expires, and refuse if it does not.
 * </ul>
 *
 * <p>So the listeners must be bound before registering.
 *
 * <p>Thread-safety: any thread.
 */
public final class BrokerRegistration {
  private static final Logger log = LoggerFactory.getLogger(BrokerRegistration.class);

  private final ZooKeeperSession session;
  private final EndpointProbe probe;
  private final long waitMaxMs;
  private volatile long brokerEpoch = -1;

  /**
   * @param waitMaxMs how long to wait for an unreachable broker's node to expire; a little more
   *     than the session timeout
   */
  public BrokerRegistration(ZooKeeperSession session, EndpointProbe probe, long waitMaxMs) {
    this.session = session;
    this.probe = probe;
    this.waitMaxMs = waitMaxMs;
  }

  /**
   * Registers the broker in the current session; to be called again in each new one.
   *
   * @return the broker epoch (the node's czxid, KIP-380); fails with {@link BrokerIdInUseException}
   *     if another broker has the id
   */
  public CompletableFuture<Long> register(BrokerInfo broker) {
    return attempt(broker, List.of())
        .thenApply(epoch -> {
          brokerEpoch = epoch;
          log.info(
              "registered broker {} at {}, broker epoch {}",
              broker.id(),
              broker.endpoints(),
              epoch);
          return epoch;
        });
  }

  /** Of the latest registration, -1 before the first. */
  public long brokerEpoch() {
    return brokerEpoch;
  }

  private CompletableFuture<Long> attempt(BrokerInfo broker, List<ZnodeOperation> before) {
    String path = ZnodePaths.broker(broker.id());
    byte[] data = BrokerCodec.encode(broker);
    List<ZnodeOperation> operations = new ArrayList<>(before);
    operations.add(new ZnodeOperation.Create(path, data, CreateMode.EPHEMERAL));
    // The write's answer has the stat, which that of a create in a transaction has not.
    operations.add(new ZnodeOperation.Write(path, data, ZnodeOperation.ANY_VERSION));
    return session
        .multi(operations)
        .thenApply(results -> czxid(results.getLast()))
        .exceptionallyCompose(failure -> {
          KeeperException.Code code = Failures.code(failure);
          boolean isTaken =
              code == KeeperException.Code.NODEEXISTS
                  || (!before.isEmpty()
                      && (code == KeeperException.Code.NONODE
                          || code == KeeperException.Code.BADVERSION));
          return isTaken ? resolve(broker) : CompletableFuture.failedFuture(failure);
        });
  }

  private static long czxid(OpResult result) {
    return ((OpResult.SetDataResult) result).getStat().getCzxid();
  }

  /** Decides about the node that is in our place. */
  private CompletableFuture<Long> resolve(BrokerInfo broker) {
    return session
        .readIfPresent(ZnodePaths.broker(broker.id()), false)
        .thenCompose(found -> {
          if (found.isEmpty()) {
            return attempt(broker, List.of());
          }
          Stat stat = found.get().stat();
          if (stat.getEphemeralOwner() == session.sessionId()) {
            return CompletableFuture.completedFuture(stat.getCzxid());
          }
          return judge(broker, found.get());
        });
  }

  private CompletableFuture<Long> judge(BrokerInfo broker, Znode stale) {
    BrokerInfo other;
    try {
      other = BrokerCodec.decode(broker.id(), stale.data());
    } catch (ZnodeFormatException e) {
      log.warn("waiting for a registration with our id that cannot be read: {}", e.getMessage());
      return waitForExpiry(broker, stale, null);
    }
    if (other.sameEndpoints(broker)) {
      return takeOver(broker, stale, "it has our endpoints " + broker.endpoints());
    }
    List<CompletableFuture<EndpointProbe.Answer>> answers = new ArrayList<>();
    for (BrokerEndpoint endpoint : other.endpoints()) {
      answers.add(probe.probe(endpoint));
    }
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .thenCompose(done -> {
          List<EndpointProbe.Answer> all = answers.stream().map(CompletableFuture::join).toList();
          if (all.contains(EndpointProbe.Answer.ANSWERS)) {
            return CompletableFuture.failedFuture(inUse(broker, stale, other));
          }
          if (!all.isEmpty()
              && all.stream().allMatch(answer -> answer == EndpointProbe.Answer.DEAD)) {
            return takeOver(broker, stale, "nobody listens at " + other.endpoints());
          }
          return waitForExpiry(broker, stale, other);
        });
  }

  /** Replaces the node of a dead process in one transaction, and frees its other claims. */
  private CompletableFuture<Long> takeOver(BrokerInfo broker, Znode stale, String reason) {
    long owner = stale.stat().getEphemeralOwner();
    log.warn(
        "taking over the registration of broker {} left by session 0x{}: {}",
        broker.id(),
        Long.toHexString(owner),
        reason);
    ZnodeOperation removal =
        new ZnodeOperation.Delete(ZnodePaths.broker(broker.id()), stale.stat().getVersion());
    return session
        .exists(ZnodePaths.CONTROLLER, false)
        .thenCompose(controller -> {
          List<ZnodeOperation> before = new ArrayList<>();
          before.add(removal);
          if (controller.isPresent() && controller.get().getEphemeralOwner() == owner) {
            before.add(
                new ZnodeOperation.Delete(ZnodePaths.CONTROLLER, controller.get().getVersion()));
          }
          return attempt(broker, before);
        });
  }

  private CompletableFuture<Long> waitForExpiry(
      BrokerInfo broker, Znode stale, @Nullable BrokerInfo other) {
    log.warn(
        "broker id {} is still registered by session 0x{} at {}, which cannot be reached; waiting"
            + " up to {} ms for that session to expire",
        broker.id(),
        Long.toHexString(stale.stat().getEphemeralOwner()),
        other == null ? "an unknown address" : other.endpoints(),
        waitMaxMs);
    String path = ZnodePaths.broker(broker.id());
    CompletableFuture<Boolean> gone = new CompletableFuture<>();
    session.subscribe(event -> {
      if (event instanceof SessionEvent.ZnodeDeleted(String deleted) && deleted.equals(path)) {
        gone.complete(true);
      }
    });
    return session
        .exists(path, true)
        .thenCompose((Optional<Stat> stat) ->
            stat.isEmpty()
                ? CompletableFuture.completedFuture(true)
                : gone.orTimeout(waitMaxMs, TimeUnit.MILLISECONDS))
        .thenCompose(done -> attempt(broker, List.of()))
        .exceptionallyCompose(failure ->
            CompletableFuture.failedFuture(
                Failures.cause(failure) instanceof TimeoutException
                    ? inUse(broker, stale, other)
                    : failure));
  }

  private static BrokerIdInUseException inUse(
      BrokerInfo broker, Znode stale, @Nullable BrokerInfo other) {
    return new BrokerIdInUseException(
        ("broker id %d is in use: another broker is registered with it at %s (ZooKeeper session"
                + " 0x%x); give this one another broker.id, or stop the other one")
            .formatted(
                broker.id(),
                other == null ? "an unknown address" : other.endpoints(),
                stale.stat().getEphemeralOwner()));
  }
}
