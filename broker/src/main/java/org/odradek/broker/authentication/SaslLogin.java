package org.odradek.broker.authentication;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.LoginSession.HandshakeAnswer;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;

/**
 * The course of the login on one connection, by what Kafka's brokers allow when.
 *
 * <pre>
 *   HANDSHAKE --SaslHandshake v1--> TOKENS -----+
 *       |                             ^  |      | done
 *       +---SaslHandshake v0, or--> RAW_TOKENS  v
 *       |   a first GSSAPI token
 *                                     |    LOGGED_IN --SaslHandshake v1 (KIP-368)--> TOKENS_AGAIN
 *                                     +-------> ^                                          |
 *                                               +------------------------------------------+
 *
 *   any of them --wrong request, wrong token--> FAILED
 * </pre>
 *
 * <p>Before the login only ApiVersions, once, and what is drawn here is served; after it, the same
 * mechanism and the same principal have to be shown again.
 *
 * <p>Thread-safety: none; it belongs to the connection's event loop.
 */
public final class SaslLogin {
  /** The one mechanism that clients before 0.10 have, without saying so. */
  private static final String MECHANISM_OF_OLD = "GSSAPI";

  /** Clients that authenticate again more often are told that it is not their turn; as in Kafka. */
  private static final long REAUTH_INTERVAL_MIN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private enum State {
    HANDSHAKE,
    TOKENS,
    RAW_TOKENS,
    LOGGED_IN,
    TOKENS_AGAIN,
    FAILED
  }

  /** What is to be done with a request. */
  public sealed interface Admission {}

  /** It may be served. */
  public record Serve() implements Admission {}

  /** It is no request, but a token without a header. */
  public record RawToken() implements Admission {}

  /**
   * The connection has to be closed.
   *
   * @param expired as the client had logged in, and not again in time
   */
  public record Refuse(String why, boolean expired) implements Admission {}

  /** A request in the middle of a login: it is answered by an error, and the connection closed. */
  public record OutOfTurn(String why) implements Admission {}

  /** What a token led to. */
  public sealed interface Outcome {}

  /** The client has to send more. */
  public record More(byte[] token) implements Outcome {}

  /**
   * The client is who it says.
   *
   * @param lifetimeMs 0 for ever
   */
  public record LoggedIn(
      byte[] token, SaslExchange.Identity identity, long lifetimeMs, boolean again)
      implements Outcome {}

  /**
   * It is not; the connection has to be closed.
   *
   * @param claimedName null when it is not known
   */
  public record Refused(
      ErrorCode error, String toClient, String toLog, @Nullable String claimedName)
      implements Outcome {}

  /**
   * It cannot be told; the connection has to be closed without an answer.
   *
   * @param claimedName null when it is not known
   */
  public record Unjudged(String toLog, @Nullable String claimedName) implements Outcome {}

  private static final Admission SERVE = new Serve();
  private static final Admission RAW_TOKEN = new RawToken();

  private final SaslListener listener;
  private final InetSocketAddress client;
  private final LongSupplier nanoTime;
  private final LongSupplier wallClockMs;

  private State state = State.HANDSHAKE;
  private boolean versionsAsked;
  private @Nullable String chosenMechanism;
  private @Nullable SaslExchange exchange;
  private @Nullable Executor executor;
  private boolean isJudging;
  private volatile boolean isAbandoned;

  /** The last token that was handed to another thread, until that takes it or nobody has to. */
  private @Nullable AtomicReference<byte @Nullable []> handedOver;

  private @Nullable String mechanism;
  private @Nullable Principal principal;
  private boolean expires;
  private long expiresAtNanos;
  private boolean hasLoggedInAgain;
  private long lastLoginNanos;

  /**
   * @param nanoTime as {@link System#nanoTime}
   * @param wallClockMs ms since 1970, to compare with the end of what clients show
   */
  public SaslLogin(
      SaslListener listener,
      InetSocketAddress client,
      LongSupplier nanoTime,
      LongSupplier wallClockMs) {
    this.listener = listener;
    this.client = client;
    this.nanoTime = nanoTime;
    this.wallClockMs = wallClockMs;
  }

  /** Whether the client has logged in, and not failed since. */
  public boolean isLoggedIn() {
    return principal != null && state != State.FAILED;
  }

  /** The mechanism that the client has chosen last; null before. */
  public @Nullable String chosenMechanism() {
    return chosenMechanism;
  }

  /** What to do with a request of that API; null for a key that is not known. */
  public Admission admit(@Nullable ApiKey key) {
    if (isJudging) {
      throw new IllegalStateException(name(key) + " while a token of the client is being judged");
    }
    return switch (state) {
      case HANDSHAKE -> admitFirst(key);
      case RAW_TOKENS -> RAW_TOKEN;
      case TOKENS, TOKENS_AGAIN -> key == ApiKey.SASL_AUTHENTICATE ? SERVE : outOfTurn(key);
      case LOGGED_IN -> {
        if (expires && key != ApiKey.SASL_HANDSHAKE && nanoTime.getAsLong() - expiresAtNanos >= 0) {
          state = State.FAILED;
          yield new Refuse("its session has expired, and it did not authenticate again", true);
        }
        yield SERVE;
      }
      case FAILED -> refuse("the login has failed");
    };
  }

  private Admission admitFirst(@Nullable ApiKey key) {
    if (key == ApiKey.SASL_HANDSHAKE) {
      return SERVE;
    }
    if (key == ApiKey.API_VERSIONS && !versionsAsked) {
      return SERVE;
    }
    if (key == null) {
      SaslMechanism mechanismOfOld = listener.mechanism(MECHANISM_OF_OLD);
      if (mechanismOfOld == null) {
        return refuse(
            "the first bytes are no request of Kafka's protocol, and a GSSAPI token without"
                + " SaslHandshake, as clients before 0.10 send it, needs GSSAPI to be enabled");
      }
      begin(mechanismOfOld);
      state = State.RAW_TOKENS;
      return RAW_TOKEN;
    }
    return refuse(
        "a request of type "
            + name(key)
            + " before the login"
            + (key == ApiKey.API_VERSIONS || key == ApiKey.SASL_AUTHENTICATE
                ? ""
                : ": a client without security.protocol=" + "SASL_PLAINTEXT or SASL_SSL"));
  }

  private static String name(@Nullable ApiKey key) {
    return key == null ? "unknown" : key.apiName();
  }

  private Admission refuse(String why) {
    state = State.FAILED;
    return new Refuse(why, false);
  }

  private Admission outOfTurn(@Nullable ApiKey key) {
    String why = "a request of type " + name(key) + " in the middle of a login";
    if (key == null) {
      return refuse(why);
    }
    state = State.FAILED;
    return new OutOfTurn(why);
  }

  /** ApiVersions was answered, other than by saying that its version is not known. */
  public void versionsTold() {
    versionsAsked = true;
  }

  /** The client chooses a mechanism. After an error {@link #hasFailed} tells whether to close. */
  public HandshakeAnswer handshake(String name, boolean isFramed) {
    boolean again = state == State.LOGGED_IN;
    if (again ? !mayLoginAgain(isFramed) : state != State.HANDSHAKE) {
      return new HandshakeAnswer(ErrorCode.ILLEGAL_SASL_STATE, List.of());
    }
    chosenMechanism = name;
    SaslMechanism chosen = listener.mechanism(name);
    if (chosen == null) {
      state = State.FAILED;
      return new HandshakeAnswer(ErrorCode.UNSUPPORTED_SASL_MECHANISM, listener.mechanismNames());
    }
    begin(chosen);
    state = again ? State.TOKENS_AGAIN : isFramed ? State.TOKENS : State.RAW_TOKENS;
    return new HandshakeAnswer(ErrorCode.NONE, listener.mechanismNames());
  }

  private void begin(SaslMechanism chosen) {
    chosenMechanism = chosen.name();
    exchange = chosen.begin(client);
    executor = chosen.executor();
  }

  private boolean mayLoginAgain(boolean isFramed) {
    return expires
        && isFramed
        && (!hasLoggedInAgain
            || nanoTime.getAsLong() - lastLoginNanos >= REAUTH_INTERVAL_MIN_NANOS);
  }

  /** Whether the client's next bytes are a token without a header. */
  public boolean takesRawTokens() {
    return state == State.RAW_TOKENS;
  }

  /** Whether a token is with another thread. */
  public boolean isJudging() {
    return isJudging;
  }

  public boolean hasFailed() {
    return state == State.FAILED;
  }

  /**
   * The client sends a token. Nothing else may come from him before the outcome is known.
   *
   * @param loop the connection's event loop, where the outcome comes if the mechanism has threads
   *     of its own; else it comes at once
   */
  public void authenticate(byte[] token, Executor loop, Consumer<Outcome> then) {
    Executor own = executor;
    if (own == null && exchange != null) {
      own = exchange.executor(token);
    }
    if (own == null) {
      then.accept(authenticate(token));
      return;
    }
    Outcome refused = beforeToken();
    if (refused != null) {
      then.accept(refused);
      return;
    }
    SaslExchange current = Objects.requireNonNull(exchange);
    AtomicReference<byte @Nullable []> handed = new AtomicReference<>(token);
    handedOver = handed;
    isJudging = true;
    try {
      own.execute(() -> judgeFor(loop, then, current, handed));
    } catch (RejectedExecutionException e) {
      isJudging = false;
      then.accept(conclude(new SaslExchange.Unjudged(null, "too many logins are under way")));
    }
  }

  /** As the other one, of a mechanism that does not wait. */
  Outcome authenticate(byte[] token) {
    Outcome refused = beforeToken();
    return refused != null ? refused : conclude(judge(Objects.requireNonNull(exchange), token));
  }

  /** On a thread of the mechanism's. */
  private void judgeFor(
      Executor loop,
      Consumer<Outcome> then,
      SaslExchange current,
      AtomicReference<byte @Nullable []> handed) {
    byte[] token = handed.getAndSet(null);
    if (token == null || isAbandoned) {
      return;
    }
    SaslExchange.Step step;
    try {
      step = judge(current, token);
    } catch (VirtualMachineError fatal) {
      // the thread may end by it; the connection must not wait for ever
      tell(loop, then, new SaslExchange.Unjudged(null, unexpected(fatal)));
      throw fatal;
    }
    tell(loop, then, step);
  }

  private void tell(Executor loop, Consumer<Outcome> then, SaslExchange.Step step) {
    loop.execute(() -> {
      isJudging = false;
      then.accept(conclude(step));
    });
  }

  /**
   * The connection has ended: what still waits for a thread has no need of one, and the token goes
   * at once, however long its turn takes to come.
   */
  public void abandon() {
    isAbandoned = true;
    if (handedOver != null) {
      handedOver.set(null);
    }
  }

  /** What there is to say before a token is looked at; null when it is in order. */
  private @Nullable Outcome beforeToken() {
    if (exchange == null
        || (state != State.TOKENS && state != State.RAW_TOKENS && state != State.TOKENS_AGAIN)) {
      // as Kafka: the connection goes on
      return new Refused(
          ErrorCode.ILLEGAL_SASL_STATE,
          "There is no login under way",
          "no login is under way",
          null);
    }
    if (state == State.TOKENS_AGAIN && mechanism != null && !mechanism.equals(chosenMechanism)) {
      String what =
          "The mechanism cannot change from %s to %s while authenticating again"
              .formatted(mechanism, chosenMechanism);
      return failed(what, what, null);
    }
    return null;
  }

  /** By any thread. */
  private static SaslExchange.Step judge(SaslExchange current, byte[] token) {
    try {
      return current.evaluate(token);
    } catch (Throwable e) {
      if (e instanceof VirtualMachineError fatal && !(e instanceof StackOverflowError)) {
        throw fatal;
      }
      // whatever a stranger's token brings about ends the login: nobody may go on after an error
      return new SaslExchange.Failed(
          null, "Authentication failed: the broker could not judge it", unexpected(e));
    }
  }

  private Outcome conclude(SaslExchange.Step step) {
    return switch (step) {
      case SaslExchange.Challenge challenge -> new More(challenge.token());
      case SaslExchange.Failed refused ->
          failed(refused.toClient(), refused.toLog(), refused.claimedName());
      case SaslExchange.Unjudged unjudged -> {
        state = State.FAILED;
        exchange = null;
        yield new Unjudged(unjudged.toLog(), unjudged.claimedName());
      }
      case SaslExchange.Done done -> finish(done, state == State.TOKENS_AGAIN);
    };
  }

  /** Names the place, not the message: that may hold what the client sent, secrets among it. */
  private static String unexpected(Throwable failure) {
    StackTraceElement[] trace = failure.getStackTrace();
    return "unexpected failure: "
        + failure.getClass().getName()
        + (trace.length == 0 ? "" : " at " + trace[0]);
  }

  private Outcome failed(String toClient, String toLog, @Nullable String claimedName) {
    state = State.FAILED;
    exchange = null;
    return new Refused(ErrorCode.SASL_AUTHENTICATION_FAILED, toClient, toLog, claimedName);
  }

  private Outcome finish(SaslExchange.Done done, boolean again) {
    Principal who = done.identity().principal();
    if (principal != null && !principal.equals(who)) {
      String what =
          "The principal cannot change from %s to %s while authenticating again"
              .formatted(principal, who);
      return failed(what, what, who.name());
    }
    OptionalLong lifetimeMs = lifetimeMs(done.identity());
    lastLoginNanos = nanoTime.getAsLong();
    expires = lifetimeMs.isPresent();
    expiresAtNanos = lastLoginNanos + TimeUnit.MILLISECONDS.toNanos(lifetimeMs.orElse(0));
    hasLoggedInAgain = again;
    principal = who;
    mechanism = chosenMechanism;
    exchange = null;
    state = State.LOGGED_IN;
    return new LoggedIn(done.token(), done.identity(), lifetimeMs.orElse(0), again);
  }

  /** The shorter of what the broker allows and of what the client has shown; none for ever. */
  private OptionalLong lifetimeMs(SaslExchange.Identity identity) {
    Long maxReauthMs =
        chosenMechanism == null ? null : listener.settings().maxReauthMs().get(chosenMechanism);
    long allowedMs = maxReauthMs == null || maxReauthMs <= 0 ? Long.MAX_VALUE : maxReauthMs;
    long leftMs =
        identity.expiresAtMs().isPresent()
            ? Math.max(1, identity.expiresAtMs().getAsLong() - wallClockMs.getAsLong())
            : Long.MAX_VALUE;
    long lifetimeMs = Math.min(allowedMs, leftMs);
    return lifetimeMs == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(lifetimeMs);
  }
}
