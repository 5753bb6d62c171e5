package org.odradek.broker.control;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.peer.InterBrokerVersions;
import org.odradek.broker.peer.PeerAddress;
import org.odradek.broker.peer.PeerChannel;
import org.odradek.broker.peer.PeerChannelConfig;
import org.odradek.broker.peer.PeerChannels;
import org.odradek.broker.peer.PeerException;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Message;
import org.odradek.protocol.message.AlterPartitionRequest;
import org.odradek.protocol.message.AlterPartitionResponse;
import org.odradek.protocol.message.ControlledShutdownRequest;
import org.odradek.protocol.message.ControlledShutdownResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the controller again for each attempt, and keeps one connection to it. The number of
 * requests under way is that of the callers, who have a few each.
 */
public final class PeerControllerChannel implements ControllerChannel, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PeerControllerChannel.class);
  private static final long RETRY_MS = 50;

  /** So many attempts of one request in vain are told of, about five seconds. */
  private static final int WARN_EACH_ATTEMPTS = 100;

  private final int brokerId;
  private final LongSupplier brokerEpoch;
  private final IntSupplier controllerId;
  private final IntFunction<@Nullable PeerAddress> addresses;
  private final OwnController own;
  private final PeerChannels peers;
  private final PeerChannelConfig config;
  private final InterBrokerVersions versions;
  private final RetryTimer timer;
  private @Nullable PeerChannel channel;
  private boolean isClosed;

  /**
   * @param brokerId this one
   * @param brokerEpoch of its current registration
   * @param controllerId the controller's broker id as far as is known, negative for none
   * @param addresses where a broker is, null if it is not alive
   */
  public PeerControllerChannel(
      int brokerId,
      LongSupplier brokerEpoch,
      IntSupplier controllerId,
      IntFunction<@Nullable PeerAddress> addresses,
      OwnController own,
      PeerChannels peers,
      PeerChannelConfig config,
      InterBrokerVersions versions,
      RetryTimer timer) {
    this.brokerId = brokerId;
    this.brokerEpoch = brokerEpoch;
    this.controllerId = controllerId;
    this.addresses = addresses;
    this.own = own;
    this.peers = peers;
    this.config = config;
    this.versions = versions;
    this.timer = timer;
  }

  @Override
  public CompletableFuture<AlterPartitionResponse> alterPartition(AlterPartitionRequest request) {
    if (!versions.usesAlterPartition()) {
      throw new IllegalStateException("AlterPartition in an older inter.broker.protocol.version");
    }
    short version = IsrRequestForm.version(request, versions.alterPartition());
    return new Attempts<>(
            ApiKey.ALTER_PARTITION,
            version,
            () -> IsrRequestForm.of(request, version, brokerId, brokerEpoch.getAsLong()),
            answer -> IsrRequestForm.complete((AlterPartitionResponse) answer, request),
            AlterPartitionResponse::errorCode)
        .start();
  }

  @Override
  public CompletableFuture<ControlledShutdownResponse> controlledShutdown() {
    return new Attempts<>(
            ApiKey.CONTROLLED_SHUTDOWN,
            versions.controlledShutdown(),
            () ->
                new ControlledShutdownRequest()
                    .brokerId(brokerId)
                    .brokerEpoch(brokerEpoch.getAsLong()),
            answer -> (ControlledShutdownResponse) answer,
            ControlledShutdownResponse::errorCode)
        .start();
  }

  /** There may be another controller: who waits for the answer of an earlier one asks again. */
  public void controllerMoved() {
    PeerChannel old;
    synchronized (this) {
      old = channel;
      if (old == null || old.peer().brokerId() == controllerId.getAsInt()) {
        return;
      }
      channel = null;
    }
    old.close();
  }

  /** What is under way fails. */
  @Override
  public void close() {
    PeerChannel old;
    synchronized (this) {
      isClosed = true;
      old = channel;
      channel = null;
    }
    if (old != null) {
      old.close();
    }
  }

  private CompletableFuture<Message> ask(ApiKey apiKey, short version, Message request) {
    int id = controllerId.getAsInt();
    if (id == brokerId) {
      return own.ask(request, version);
    }
    PeerAddress address = id < 0 ? null : addresses.apply(id);
    if (address == null) {
      return CompletableFuture.failedFuture(
          new PeerException(
              PeerException.Reason.UNKNOWN_BROKER,
              id < 0
                  ? "there is no controller"
                  : "broker " + id + ", the controller, is not known to be alive"));
    }
    PeerChannel to = channel(address);
    return to == null
        ? CompletableFuture.failedFuture(
            new PeerException(PeerException.Reason.CLOSED, "this broker stops"))
        : to.call(apiKey, version, request);
  }

  private synchronized @Nullable PeerChannel channel(PeerAddress address) {
    PeerChannel known = channel;
    if (known != null && known.peer().equals(address)) {
      return known;
    }
    if (isClosed) {
      return null;
    }
    if (known != null) {
      known.close();
    }
    channel = peers.open(address, config);
    return channel;
  }

  private synchronized boolean isClosed() {
    return isClosed;
  }

  /** One request until it is answered. */
  private final class Attempts<R extends Message> {
    private final ApiKey apiKey;
    private final short version;
    private final Supplier<Message> request;
    private final Function<Message, R> type;
    private final Function<R, Short> errorCode;
    private final CompletableFuture<R> future = new CompletableFuture<>();
    private int attempts;

    Attempts(
        ApiKey apiKey,
        short version,
        Supplier<Message> request,
        Function<Message, R> type,
        Function<R, Short> errorCode) {
      this.apiKey = apiKey;
      this.version = version;
      this.request = request;
      this.type = type;
      this.errorCode = errorCode;
    }

    CompletableFuture<R> start() {
      attempt();
      return future;
    }

    private void attempt() {
      if (future.isDone()) {
        return; // nobody waits any more
      }
      attempts++;
      ask(apiKey, version, request.get())
          .whenComplete((answer, failure) -> {
            if (failure != null) {
              failed(Failures.cause(failure));
            } else {
              answered(type.apply(answer));
            }
          });
    }

    private void answered(R response) {
      ErrorCode error = ErrorCode.forCode(errorCode.apply(response));
      switch (error) {
        case NOT_CONTROLLER, STALE_BROKER_EPOCH -> again(error.name());
        default -> future.complete(response);
      }
    }

    private void failed(Throwable cause) {
      boolean isFinal =
          isClosed()
              || !(cause instanceof PeerException refused)
              || refused.reason() == PeerException.Reason.BAD_REQUEST;
      if (isFinal) {
        future.completeExceptionally(cause);
      } else {
        again(String.valueOf(cause.getMessage()));
      }
    }

    private void again(String reason) {
      if (attempts % WARN_EACH_ATTEMPTS == 0) {
        log.warn(
            "{} has not been answered by the controller in {} attempts, the last one: {}",
            apiKey.apiName(),
            attempts,
            reason);
      }
      timer.after(RETRY_MS, this::attempt);
    }
  }
}
