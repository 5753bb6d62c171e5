package org.odradek.broker.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.authentication.SaslClientMechanism;
import org.odradek.broker.peer.PeerException.Reason;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.Message;
import org.odradek.protocol.ProtocolException;

/**
 * One connection over TCP. Everything but {@link #send} and {@link #close} happens on its event
 * loop.
 *
 * <pre>
 *          send             connected              logged in
 *   IDLE ---------> CONNECTING -----> LOGGING_IN ---------> CONNECTED
 *     ^                 |                | ^                    |  |
 *     |                 |                | +--------------------+  |  has to log in again (KIP-368)
 *     +-----------------+----------------+-------------------------+  failed, broken, timed out
 *
 *   any of them --close--> ENDED
 * </pre>
 *
 * <p>Without SASL there is nothing to log in. While it goes on, requests wait; those sent before
 * are answered before the login's own.
 */
final class NettyPeerChannel implements PeerChannel {
  private static final long BACKOFF_MIN_MS = 25;
  private static final long BACKOFF_MAX_MS = 400;

  /** After what share of a login's lifetime this side logs in again. */
  private static final double LIFETIME_USED = 0.85;

  private enum State {
    IDLE,
    CONNECTING,
    LOGGING_IN,
    CONNECTED,
    ENDED
  }

  private final PeerAddress peer;
  private final PeerChannelConfig config;
  private final PeerSecurity security;
  private final EventLoop eventLoop;
  private final Bootstrap bootstrap;
  private final Executor lookups;
  private final Consumer<NettyPeerChannel> onClosed;

  private final Deque<PeerCall> unanswered = new ArrayDeque<>();
  private State state = State.IDLE;
  private @Nullable Channel channel;
  private @Nullable PeerLogin login;

  /** The login's request that waits for its answer; not among the others. */
  private @Nullable PeerCall loginCall;

  private int nextCorrelationId;
  private boolean isFlushScheduled;
  private boolean isTimerSet;
  private boolean hasAnswered;
  private long backoffMs = BACKOFF_MIN_MS;
  private long retryAtNanos;
  private int addressIndex;
  private String lastFailure = "";

  NettyPeerChannel(
      PeerAddress peer,
      PeerChannelConfig config,
      PeerSecurity security,
      EventLoop eventLoop,
      Bootstrap bootstrap,
      Executor lookups,
      Consumer<NettyPeerChannel> onClosed) {
    this.peer = peer;
    this.config = config;
    this.security = security;
    this.eventLoop = eventLoop;
    this.bootstrap = bootstrap;
    this.lookups = lookups;
    this.onClosed = onClosed;
    bootstrap.handler(
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel made) {
            if (security.tls() != null) {
              security.tls().addTo(made.pipeline(), peer);
            }
            made.pipeline()
                .addLast(
                    new ResponseFrameDecoder(
                        config.responseMaxBytes(),
                        frame -> onFrame(made, frame),
                        fault -> onFault(made, Reason.BAD_RESPONSE, fault)))
                .addLast(new BreakHandler());
          }
        });
  }

  @Override
  public PeerAddress peer() {
    return peer;
  }

  @Override
  public CompletableFuture<PeerResponse> send(ApiKey apiKey, short version, Message request) {
    PeerCall call = new PeerCall(peer, apiKey, version, request);
    if (eventLoop.inEventLoop()) {
      start(call);
    } else {
      try {
        eventLoop.execute(() -> start(call));
      } catch (RejectedExecutionException e) {
        call.fail(Reason.CLOSED, "the connection was closed here", e);
      }
    }
    return call.future();
  }

  private void start(PeerCall call) {
    if (state == State.ENDED) {
      call.fail(Reason.CLOSED, "the connection was closed here", null);
      return;
    }
    if (unanswered.size() >= config.inFlightMax()) {
      call.fail(
          Reason.TOO_MANY_REQUESTS,
          unanswered.size() + " requests wait for their answers already",
          null);
      return;
    }
    if (state == State.IDLE) {
      long waitNanos = retryAtNanos - System.nanoTime();
      if (waitNanos > 0 && !lastFailure.isEmpty()) {
        call.fail(Reason.NOT_CONNECTED, lastFailure, null);
        return;
      }
      connect();
    }
    call.deadlineNanos(
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(config.requestTimeoutMs()));
    unanswered.add(call);
    if (state == State.CONNECTED) {
      write(call);
    }
    setTimer();
  }

  // ---- connecting

  private void connect() {
    state = State.CONNECTING;
    hasAnswered = false;
    try {
      lookups.execute(this::lookUp);
    } catch (RejectedExecutionException e) {
      broken(Reason.NOT_CONNECTED, "its name cannot be looked up: too much is under way", e);
    }
  }

  /** On a thread that may wait. */
  private void lookUp() {
    InetAddress[] found;
    try {
      found = InetAddress.getAllByName(peer.host());
    } catch (UnknownHostException e) {
      onEventLoop(() -> connectFailed("there is no host " + peer.host(), e));
      return;
    }
    onEventLoop(() -> connect(found));
  }

  private void connect(InetAddress[] addresses) {
    if (state != State.CONNECTING) {
      return;
    }
    // a name may have several addresses, not all of them listened on: another one each time
    InetAddress address = addresses[Math.floorMod(addressIndex, addresses.length)];
    ChannelFuture connecting = bootstrap.connect(new InetSocketAddress(address, peer.port()));
    channel = connecting.channel();
    connecting.addListener(done -> {
      if (channel != connecting.channel()) {
        connecting.channel().close();
      } else if (done.isSuccess()) {
        connected();
      } else {
        connectFailed("cannot connect: " + done.cause().getMessage(), done.cause());
      }
    });
  }

  private void connectFailed(String what, Throwable cause) {
    if (state == State.CONNECTING) {
      addressIndex++;
      broken(Reason.NOT_CONNECTED, what, cause);
    }
  }

  private void connected() {
    if (security.sasl() != null) {
      logIn(security.sasl());
    } else {
      writeWaiting();
    }
  }

  private void writeWaiting() {
    state = State.CONNECTED;
    for (PeerCall call : List.copyOf(unanswered)) {
      if (!call.isWritten()) {
        write(call);
      }
    }
  }

  // ---- logging in

  private void logIn(SaslClientMechanism mechanism) {
    state = State.LOGGING_IN;
    PeerLogin begun = new PeerLogin(mechanism, peer.host());
    login = begun;
    send(begun.first());
  }

  private void send(PeerLogin.Step step) {
    PeerCall call = new PeerCall(peer, step.apiKey(), step.version(), step.request());
    loginCall = call;
    call.future()
        .whenComplete((answer, failure) -> {
          if (failure != null && loginCall == call) {
            broken(Reason.NOT_LOGGED_IN, "the login cannot be sent", failure);
          }
        });
    write(call);
  }

  private void onLoginAnswer(PeerLogin current, Message answer) {
    loginCall = null;
    current.next(
        answer,
        this::onEventLoop,
        (next, failure) -> {
          if (login == current) {
            onLoginStep(current, next, failure);
          }
        });
  }

  private void onLoginStep(
      PeerLogin current, PeerLogin.@Nullable Step next, @Nullable RuntimeException failure) {
    if (failure != null) { // SaslLoginException, or whatever a mechanism fails with
      broken(Reason.NOT_LOGGED_IN, String.valueOf(failure.getMessage()), failure);
      return;
    }
    if (next != null) {
      send(next);
      return;
    }
    endLogin();
    if (current.lifetimeMs() > 0) {
      logInAgainLater(channel, current.lifetimeMs());
    }
    writeWaiting();
  }

  /** What another thread still finds out about it comes too late. */
  private void endLogin() {
    if (login != null) {
      login.abandon();
      login = null;
    }
  }

  /** Well before the other side closes the connection. */
  private void logInAgainLater(@Nullable Channel of, long lifetimeMs) {
    eventLoop.schedule(
        () -> {
          if (channel == of && state == State.CONNECTED && security.sasl() != null) {
            logIn(security.sasl());
          }
        },
        (long) (lifetimeMs * LIFETIME_USED),
        TimeUnit.MILLISECONDS);
  }

  // ---- requests and answers

  private void write(PeerCall call) {
    Channel to = channel;
    if (to == null || (state != State.CONNECTED && call != loginCall)) {
      return; // an earlier one broke it
    }
    ByteBuf frame;
    try {
      frame = call.encode(to.alloc(), nextCorrelationId++ & Integer.MAX_VALUE, config.clientId());
    } catch (RuntimeException e) {
      unanswered.remove(call);
      call.fail(Reason.BAD_REQUEST, "it cannot be written: " + e.getMessage(), e);
      return;
    }
    to.write(frame)
        .addListener(written -> {
          if (!written.isSuccess()) {
            onFault(to, Reason.DISCONNECTED, "writing failed: " + written.cause().getMessage());
          }
        });
    if (!isFlushScheduled) {
      isFlushScheduled = true;
      eventLoop.execute(this::flush);
    }
  }

  private void flush() {
    isFlushScheduled = false;
    if (channel != null) {
      channel.flush();
    }
  }

  private void onFrame(Channel from, ByteBuf frame) {
    PeerCall call = from == channel ? answered() : null;
    if (call == null) {
      frame.release();
      onFault(from, Reason.BAD_RESPONSE, "an answer to no request");
      return;
    }
    Message message;
    try {
      message = call.decode(frame);
    } catch (ProtocolException e) {
      frame.release();
      onFault(from, Reason.BAD_RESPONSE, String.valueOf(e.getMessage()));
      return;
    } catch (RuntimeException | Error e) {
      frame.release();
      throw e;
    }
    PeerLogin loggingIn = login;
    if (call == loginCall && loggingIn != null) {
      try {
        onLoginAnswer(loggingIn, message);
      } finally {
        frame.release();
      }
      return;
    }
    unanswered.remove();
    hasAnswered = true;
    backoffMs = BACKOFF_MIN_MS;
    call.answered(message, frame);
  }

  /** Whose answer comes next: that of the oldest request which was written. */
  private @Nullable PeerCall answered() {
    PeerCall oldest = unanswered.peek();
    return oldest != null && oldest.isWritten() ? oldest : loginCall;
  }

  private void onFault(Channel from, Reason reason, String what) {
    if (from == channel && state != State.IDLE && state != State.ENDED) {
      broken(reason, what, null);
    }
  }

  /** One timer for all: answers come in order, so that the oldest request is due first. */
  private void setTimer() {
    PeerCall oldest = unanswered.peek();
    if (isTimerSet || oldest == null) {
      return;
    }
    isTimerSet = true;
    long delayNanos = Math.max(0, oldest.deadlineNanos() - System.nanoTime());
    eventLoop.schedule(
        () -> {
          isTimerSet = false;
          onTimer();
        },
        delayNanos,
        TimeUnit.NANOSECONDS);
  }

  private void onTimer() {
    PeerCall oldest = unanswered.peek();
    if (oldest != null && oldest.deadlineNanos() - System.nanoTime() <= 0) {
      broken(
          Reason.TIMED_OUT,
          "no answer to %s%s within %d ms"
              .formatted(
                  login == null ? "" : "our login before ",
                  oldest.apiKey().apiName(),
                  config.requestTimeoutMs()),
          null);
    }
    setTimer();
  }

  // ---- the end of a connection

  /** Fails everything and closes the connection; the next request makes a new one. */
  private void broken(Reason reason, String what, @Nullable Throwable cause) {
    Channel old = channel;
    channel = null;
    endLogin();
    loginCall = null;
    state = State.IDLE;
    if (hasAnswered) {
      retryAtNanos = System.nanoTime();
    } else {
      // not even one answer since it was made: others would fare no better at once
      retryAtNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(backoffMs);
      backoffMs = Math.min(2 * backoffMs, BACKOFF_MAX_MS);
    }
    lastFailure = what;
    if (old != null) {
      old.close();
    }
    failAll(reason, what, cause);
  }

  private void failAll(Reason reason, String what, @Nullable Throwable cause) {
    List<PeerCall> failed = new ArrayList<>(unanswered);
    unanswered.clear();
    for (PeerCall call : failed) {
      call.fail(reason, what, cause);
    }
  }

  @Override
  public void close() {
    onClosed.accept(this);
    onEventLoop(this::end);
  }

  private void end() {
    Channel old = channel;
    channel = null;
    endLogin();
    loginCall = null;
    state = State.ENDED;
    if (old != null) {
      old.close();
    }
    failAll(Reason.CLOSED, "the connection was closed here", null);
  }

  private void onEventLoop(Runnable task) {
    try {
      eventLoop.execute(task);
    } catch (RejectedExecutionException e) {
      // the event loop has ended, and with it all of its connections
    }
  }

  /** Notices that the other side is gone. */
  private final class BreakHandler extends ChannelInboundHandlerAdapter {
    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
      onFault(ctx.channel(), Reason.DISCONNECTED, "the connection was closed by the other side");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
      onFault(ctx.channel(), Reason.DISCONNECTED, "the connection broke: " + cause.getMessage());
    }
  }
}
