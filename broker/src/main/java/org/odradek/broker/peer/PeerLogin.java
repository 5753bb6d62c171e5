package org.odradek.broker.peer;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.authentication.SaslClientExchange;
import org.odradek.broker.authentication.SaslClientMechanism;
import org.odradek.broker.authentication.SaslLoginException;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Message;
import org.odradek.protocol.message.SaslAuthenticateRequest;
import org.odradek.protocol.message.SaslAuthenticateResponse;
import org.odradek.protocol.message.SaslHandshakeRequest;
import org.odradek.protocol.message.SaslHandshakeResponse;

/**
 * How this broker logs in on one connection: which request comes first, and which next.
 *
 * <p>Brokers as old as {@link InterBrokerVersions#OLDEST} know the versions that are used here.
 * Thread-safety: none; used on the connection's event loop, and by the mechanism's threads between
 * an answer and what comes of it. {@link #abandon} may come in the middle of that.
 */
final class PeerLogin {
  private static final short HANDSHAKE_VERSION = 1;
  private static final short AUTHENTICATE_VERSION = 1;

  /** A request to be sent. */
  record Step(ApiKey apiKey, short version, Message request) {}

  private final SaslClientMechanism mechanism;
  private final String host;
  private @Nullable SaslClientExchange exchange;
  private long lifetimeMs;

  /** Guards the two below, as a thread of the mechanism's may be at work when the login ends. */
  private final Object ending = new Object();

  /** How many; the next step may begin before the thread of the last one is done. */
  private int atWork;

  private boolean isOver;

  PeerLogin(SaslClientMechanism mechanism, String host) {
    this.mechanism = mechanism;
    this.host = host;
  }

  Step first() {
    return new Step(
        ApiKey.SASL_HANDSHAKE,
        HANDSHAKE_VERSION,
        new SaslHandshakeRequest().mechanism(mechanism.name()));
  }

  /**
   * Takes the answer to the last request.
   *
   * @return the next request, null when this broker is logged in
   * @throws SaslLoginException if it is not let in, or the other one is not what it should be
   */
  @Nullable Step next(Message answer) {
    return read(answer).get();
  }

  /**
   * As {@link #next(Message)}, for mechanisms that may wait too. The answer is not looked at any
   * more when this returns.
   *
   * @param loop the connection's event loop, where the result comes if the mechanism has threads of
   *     its own; else it comes at once
   * @param then has a failure, or the next request, or neither when this broker is logged in; not
   *     called once the login is abandoned
   */
  void next(
      Message answer, Executor loop, BiConsumer<@Nullable Step, @Nullable RuntimeException> then) {
    Executor executor = mechanism.executor();
    Supplier<@Nullable Step> work;
    try {
      work = read(answer);
      if (executor != null) {
        executor.execute(() -> work(work, loop, then));
        return;
      }
    } catch (RuntimeException e) { // RejectedExecutionException among them
      then.accept(null, e);
      return;
    }
    work(work, Runnable::run, then);
  }

  /** Does nothing, and tells nobody, when the login was abandoned meanwhile. */
  private void work(
      Supplier<@Nullable Step> work,
      Executor loop,
      BiConsumer<@Nullable Step, @Nullable RuntimeException> then) {
    synchronized (ending) {
      if (isOver) {
        return;
      }
      atWork++;
    }
    try {
      tell(
          work,
          loop,
          (step, failure) -> {
            if (!isOver()) {
              then.accept(step, failure);
            }
          });
    } finally {
      boolean isLast;
      synchronized (ending) {
        atWork--;
        isLast = isOver && atWork == 0;
      }
      if (isLast) {
        dispose();
      }
    }
  }

  private boolean isOver() {
    synchronized (ending) {
      return isOver;
    }
  }

  /**
   * The login is over, or its connection is: what is still being found out about it is dropped, and
   * what it holds is let go, as soon as nobody is at work with it.
   */
  void abandon() {
    synchronized (ending) {
      if (isOver) {
        return;
      }
      isOver = true;
      if (atWork > 0) {
        return; // whoever is the last lets go of it
      }
    }
    dispose();
  }

  private void dispose() {
    SaslClientExchange last = exchange;
    exchange = null;
    if (last != null) {
      last.dispose();
    }
  }

  private static void tell(
      Supplier<@Nullable Step> work,
      Executor loop,
      BiConsumer<@Nullable Step, @Nullable RuntimeException> then) {
    Step step;
    try {
      step = work.get();
    } catch (RuntimeException e) {
      loop.execute(() -> then.accept(null, e));
      return;
    }
    loop.execute(() -> then.accept(step, null));
  }

  /** What is to be done about the answer. */
  private Supplier<@Nullable Step> read(Message answer) {
    return switch (answer) {
      case SaslHandshakeResponse handshake -> afterHandshake(handshake);
      case SaslAuthenticateResponse token -> afterToken(token);
      default -> throw new IllegalArgumentException("no answer to a login: " + answer);
    };
  }

  private Supplier<@Nullable Step> afterHandshake(SaslHandshakeResponse answer) {
    if (answer.errorCode() != ErrorCode.NONE.code()) {
      throw new SaslLoginException(
          "it does not take the mechanism "
              + mechanism.name()
              + " ("
              + ErrorCode.forCode(answer.errorCode())
              + "), only "
              + answer.mechanisms());
    }
    return () -> {
      SaslClientExchange begun = mechanism.begin(host);
      exchange = begun;
      return token(begun.firstToken());
    };
  }

  private Supplier<@Nullable Step> afterToken(SaslAuthenticateResponse answer) {
    if (answer.errorCode() != ErrorCode.NONE.code()) {
      throw new SaslLoginException(
          "it refuses our login by %s: %s (%s)"
              .formatted(
                  mechanism.name(), answer.errorMessage(), ErrorCode.forCode(answer.errorCode())));
    }
    SaslClientExchange current = exchange;
    if (current == null) {
      throw new IllegalStateException("a token before the handshake");
    }
    byte[] challenge = new byte[answer.authBytes().remaining()];
    answer.authBytes().duplicate().get(challenge);
    lifetimeMs = answer.sessionLifetimeMs();
    return () -> afterChallenge(current, challenge);
  }

  private @Nullable Step afterChallenge(SaslClientExchange current, byte[] challenge) {
    byte[] token = current.evaluate(challenge);
    if (token != null) {
      return token(token);
    }
    if (!current.isComplete()) {
      throw new SaslLoginException("the login by " + mechanism.name() + " ended too early");
    }
    return null;
  }

  private static Step token(byte[] token) {
    return new Step(
        ApiKey.SASL_AUTHENTICATE,
        AUTHENTICATE_VERSION,
        new SaslAuthenticateRequest().authBytes(ByteBuffer.wrap(token)));
  }

  /** How long this login lasts, 0 for ever; known once it is over. */
  long lifetimeMs() {
    return lifetimeMs;
  }
}
