package org.odradek.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.api.LoginSession;
import org.odradek.broker.authentication.SaslExchange;
import org.odradek.broker.authentication.SaslListener;
import org.odradek.broker.authentication.SaslLogin;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;

/**
 * Lets nothing through but what belongs to the login until the client has logged in, and nothing
 * once its session has expired.
 *
 * <p>The login's own requests go the way of all others, to their handlers, which come back here by
 * {@link LoginSession}; tokens without a header, as clients send them after SaslHandshake v0, are
 * answered from here. Who fails is told so, and closed, after {@code
 * connection.failed.authentication.delay.ms}; meanwhile nothing more is read from him.
 */
final class SaslGate extends ChannelInboundHandlerAdapter implements LoginSession {
  private static final TokenAnswer GONE =
      new TokenAnswer(ErrorCode.NETWORK_EXCEPTION, null, new byte[0], 0);

  private final SaslListener listener;
  private final HandlerRegistry handlers;
  private final ClientSession session;
  private final FrameBudget budget;
  private final ReadGate gate;
  private final RateLimitedLog log;
  private final int requestMaxBytes;

  private @Nullable ChannelHandlerContext context;
  private @Nullable SaslLogin login;
  private @Nullable ScheduledFuture<?> tooLate;
  private boolean isRemoved;

  /** Whether the connection is about to be closed: what comes of its token is of no account. */
  private boolean isClosing;

  /** Whether there is no TLS, or its handshake is over. */
  private boolean isSecure;

  private boolean hasSpoken;

  /** What the token that is being judged takes before the login; null for none. */
  private LoginMemory.@Nullable Share judged;

  /** What waits for the outcome of the client's last token; null when it was told. */
  private @Nullable Consumer<TokenAnswer> unanswered;

  /**
   * @param withTls whether a handshake comes before the login
   * @param budget that of the login; it becomes {@code requestMaxBytes} afterwards
   * @param log for failures
   */
  SaslGate(
      SaslListener listener,
      boolean withTls,
      HandlerRegistry handlers,
      ClientSession session,
      FrameBudget budget,
      int requestMaxBytes,
      ReadGate gate,
      RateLimitedLog log) {
    this.listener = listener;
    this.isSecure = !withTls;
    this.handlers = handlers;
    this.session = session;
    this.budget = budget;
    this.requestMaxBytes = requestMaxBytes;
    this.gate = gate;
    this.log = log;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    login =
        new SaslLogin(
            listener,
            (InetSocketAddress) ctx.channel().remoteAddress(),
            System::nanoTime,
            System::currentTimeMillis);
    session.login(this);
    int loginMaxMs = listener.settings().loginMaxMs();
    tooLate =
        ctx.executor()
            .schedule(
                () -> tooLate("no login within " + loginMaxMs + " ms: "),
                loginMaxMs,
                TimeUnit.MILLISECONDS);
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
      isSecure = true;
    }
    ctx.fireUserEventTriggered(event);
  }

  private void tooLate(String what) {
    ChannelHandlerContext ctx = context();
    if (!ctx.channel().isActive()) {
      return; // TLS has the same limit, and has closed the connection and said so
    }
    String missing = whatIsMissing();
    giveUp();
    close(what + missing, null, 0);
    if (!isSecure) {
      ctx.close(); // nothing can be written
    }
  }

  /** What a login waits for, and for whom: clients cannot help it when the broker is slow. */
  private String whatIsMissing() {
    String mechanism = login().chosenMechanism();
    if (!isSecure) {
      return "its TLS handshake is not over";
    }
    if (login().isJudging()) {
      return "the broker has not judged its token yet";
    }
    if (!gate.isOpen()) {
      return "its request is not answered yet, it does not read answers, or a quota makes it wait";
    }
    if (mechanism != null) {
      return "it has not gone on with the login by " + LogText.shown(mechanism) + " that it began";
    }
    return hasSpoken ? "it has not begun one" : "it has not sent one whole request";
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    isRemoved = true;
    login().abandon();
    stopWaiting();
    countNoMore();
    answer(GONE); // nobody reads it, but the request's memory comes back by it
  }

  private void stopWaiting() {
    if (tooLate != null) {
      tooLate.cancel(false);
      tooLate = null;
    }
  }

  private SaslLogin login() {
    if (login == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    return login;
  }

  private ChannelHandlerContext context() {
    if (context == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    return context;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    RequestFrame frame = (RequestFrame) message;
    hasSpoken = true;
    ByteBuf bytes = frame.bytes();
    int index = bytes.readerIndex();
    ApiKey key = frame.length() >= 2 * Short.BYTES ? ApiKey.forId(bytes.getShort(index)) : null;
    boolean wasLoggedIn = login().isLoggedIn();
    switch (login().admit(key)) {
      case SaslLogin.Serve serve -> {
        if (key == ApiKey.API_VERSIONS && isServed(key, bytes.getShort(index + Short.BYTES))) {
          login().versionsTold();
        }
        ctx.fireChannelRead(frame);
      }
      case SaslLogin.RawToken token -> {
        byte[] copy = new byte[frame.length()];
        bytes.getBytes(index, copy);
        frame.release();
        budget.takesRawTokens();
        gate.close(ReadGate.Reason.LOGGING_IN);
        authenticate(copy, this::answerRaw);
      }
      case SaslLogin.OutOfTurn(String why) -> {
        listener.counts().failed(wasLoggedIn);
        frame.refuse(ErrorCode.ILLEGAL_SASL_STATE);
        ctx.fireChannelRead(frame);
        close(why, null, listener.settings().failedDelayMs());
      }
      case SaslLogin.Refuse(String why, boolean expired) -> {
        frame.release();
        if (expired) {
          listener.counts().expired();
        } else {
          listener.counts().failed(wasLoggedIn);
        }
        close(why, null, listener.settings().failedDelayMs());
      }
    }
  }

  private boolean isServed(ApiKey key, short version) {
    ApiHandler<?, ?> handler = handlers.find(key.id());
    return handler != null && version >= handler.minVersion() && version <= handler.maxVersion();
  }

  /** A token needs no header; an error has no form, and the connection just ends. */
  private void answerRaw(TokenAnswer answer) {
    if (answer.error() == ErrorCode.NONE) {
      byte[] token = answer.token();
      ByteBuf out = context().alloc().buffer(Integer.BYTES + token.length);
      out.writeInt(token.length).writeBytes(token);
      context().writeAndFlush(out);
    }
    gate.open(ReadGate.Reason.LOGGING_IN);
  }

  @Override
  public HandshakeAnswer handshake(String mechanism, boolean isFramed) {
    boolean again = login().isLoggedIn();
    HandshakeAnswer answer = login().handshake(mechanism, isFramed);
    if (login().takesRawTokens()) {
      budget.takesRawTokens();
    }
    if (login().hasFailed()) {
      listener.counts().failed(again);
      close(
          "unsupported SASL mechanism "
              + LogText.shown(mechanism)
              + "; enabled are "
              + answer.mechanisms(),
          null,
          listener.settings().failedDelayMs());
    }
    return answer;
  }

  @Override
  public void authenticate(byte[] token, Consumer<TokenAnswer> answer) {
    if (isRemoved) {
      answer.accept(GONE);
      return;
    }
    if (isClosing) {
      unanswered = answer; // as a token that is being judged
      return;
    }
    boolean again = login().isLoggedIn();
    unanswered = answer;
    count(token.length);
    try {
      login()
          .authenticate(
              token,
              this::onEventLoop,
              outcome -> {
                countNoMore();
                if (!isRemoved && !isClosing) {
                  conclude(outcome, again);
                }
              });
    } catch (RuntimeException | Error e) {
      countNoMore();
      unanswered = null; // whoever called answers
      throw e;
    }
  }

  /**
   * Before the login a token counts until it is judged, as it did until it was complete: it may
   * wait for a thread. After the login its whole request does, until it is answered.
   */
  private void count(int bytes) {
    LoginMemory memory = budget.loginMemory();
    if (memory != null) {
      LoginMemory.Share[] share = new LoginMemory.Share[1];
      share[0] = memory.open(() -> onEventLoop(() -> tooMuch(share[0], bytes)));
      judged = share[0];
      share[0].grow(bytes);
    }
  }

  private void tooMuch(LoginMemory.Share share, int bytes) {
    if (judged == share && !isClosing) {
      listener.counts().failed(false);
      giveUp();
      close(
          "its token of "
              + bytes
              + " bytes waited for others to be judged, and newer ones need the memory",
          null,
          0);
    }
  }

  /** No token of the client is judged any more; its answer comes when the connection has ended. */
  private void giveUp() {
    isClosing = true;
    login().abandon();
  }

  private void countNoMore() {
    if (judged != null) {
      judged.release();
      judged = null;
    }
  }

  /** Once for each token, whoever comes first. */
  private void answer(TokenAnswer what) {
    Consumer<TokenAnswer> to = unanswered;
    if (to != null) {
      unanswered = null;
      to.accept(what);
    }
  }

  private void onEventLoop(Runnable task) {
    try {
      context().executor().execute(task);
    } catch (RejectedExecutionException e) {
      // the event loop has ended, and this connection with it
    }
  }

  private void conclude(SaslLogin.Outcome outcome, boolean again) {
    switch (outcome) {
      case SaslLogin.More more -> answer(new TokenAnswer(ErrorCode.NONE, null, more.token(), 0));
      case SaslLogin.LoggedIn in -> {
        loggedIn(in.identity(), again);
        answer(new TokenAnswer(ErrorCode.NONE, null, in.token(), in.lifetimeMs()));
      }
      case SaslLogin.Refused refused -> {
        TokenAnswer no = new TokenAnswer(refused.error(), refused.toClient(), new byte[0], 0);
        if (!login().hasFailed()) {
          answer(no);
          return;
        }
        listener.counts().failed(again);
        int delayMs = listener.settings().failedDelayMs();
        gate.close(ReadGate.Reason.CLOSING);
        afterDelay(delayMs, () -> answer(no));
        close(refused.toLog(), refused.claimedName(), delayMs);
      }
      case SaslLogin.Unjudged(String toLog, String claimedName) -> {
        listener.counts().failed(again);
        // its answer comes when the connection has ended: to nobody
        close(toLog, claimedName, 0);
      }
    }
  }

  private void loggedIn(SaslExchange.Identity identity, boolean again) {
    stopWaiting();
    budget.loggedIn(requestMaxBytes);
    session.authenticated(identity.principal(), identity.byDelegationToken());
    listener.counts().succeeded(again);
  }

  private void afterDelay(long delayMs, Runnable task) {
    if (delayMs <= 0) {
      task.run();
    } else {
      var unused = context().executor().schedule(task, delayMs, TimeUnit.MILLISECONDS);
    }
  }

  /**
   * Reads no more, says why, and closes the connection later, behind what is answered until then.
   */
  private void close(String why, @Nullable String claimedName, long delayMs) {
    ChannelHandlerContext ctx = context();
    String mechanism = login().chosenMechanism();
    log.info(
        "Failed authentication with "
            + Addresses.show(ctx.channel().remoteAddress())
            + " on listener "
            + listener.listenerName()
            + (mechanism == null ? "" : ", mechanism " + LogText.shown(mechanism))
            + (claimedName == null ? "" : ", user " + LogText.shown(claimedName))
            + " ("
            + why
            + ")");
    gate.close(ReadGate.Reason.CLOSING);
    stopWaiting();
    // an answer that is complete now is written at the end of this round of the event loop
    var unused =
        ctx.executor()
            .schedule(
                () ->
                    ctx.executor()
                        .execute(() ->
                            ctx.channel()
                                .writeAndFlush(Unpooled.EMPTY_BUFFER)
                                .addListener(ChannelFutureListener.CLOSE)),
                delayMs,
                TimeUnit.MILLISECONDS);
  }
}
