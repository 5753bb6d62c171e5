package org.odradek.broker.tls;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.odradek.broker.authentication.SaslListener;
import org.odradek.broker.network.LoginMemory;
import org.odradek.broker.network.RateLimitedLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all listeners with TLS share: threads for the long steps of handshakes, the limit on
 * handshakes that are open and on what waits for its turn, and the log of those that failed.
 *
 * <p>Thread-safe.
 */
public final class TlsResources implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TlsResources.class);

  /** From the connection to the end of the handshake; a login that follows has what is left. */
  static final long HANDSHAKE_TIMEOUT_MS = SaslListener.LOGIN_MAX_MS;

  // an engine takes some 30 KiB; who is told to go will come again, and costs a handshake each time
  private static final int CALM_HANDSHAKES = 3_000;
  private static final int MAX_HANDSHAKES = 4_000;
  private static final long STALE_HANDSHAKE_MS = 10_000;

  /** With so many long steps waiting for a thread no others are begun: those would wait longer. */
  private static final int TASKS_WAITING_MAX = 50;

  /** What clients have sent of handshakes that wait for their turn, of all listeners together. */
  private static final long WAITING_MAX_BYTES = 32 << 20;

  /** First messages have 2 KiB at most; so much of each connection waits without being counted. */
  private static final int WAITING_UNCOUNTED_BYTES = 4 * 1024;

  private static final int THREADS_MAX = 2;
  private static final int THREAD_IDLE_SECONDS = 30;

  private final ThreadPoolExecutor tasks;
  private final OpenHandshakes<Channel> handshakes;
  private final LoginMemory waiting;
  private final Map<EventExecutor, HandshakePacer> pacers = new ConcurrentHashMap<>();
  private final RateLimitedLog warnings = new RateLimitedLog(log, System::nanoTime);

  public TlsResources() {
    this(
        new OpenHandshakes<>(CALM_HANDSHAKES, MAX_HANDSHAKES, STALE_HANDSHAKE_MS, System::nanoTime),
        new LoginMemory(WAITING_MAX_BYTES, WAITING_UNCOUNTED_BYTES));
  }

  TlsResources(OpenHandshakes<Channel> handshakes, LoginMemory waiting) {
    this.handshakes = handshakes;
    this.waiting = waiting;
    int threads = Math.min(THREADS_MAX, Runtime.getRuntime().availableProcessors());
    AtomicInteger number = new AtomicInteger();
    // few more than TASKS_WAITING_MAX wait: each of the pacers sees to it
    tasks =
        new ThreadPoolExecutor(
            threads,
            threads,
            THREAD_IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> {
              Thread thread = new Thread(task, "tls-handshake-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    tasks.allowCoreThreadTimeOut(true);
  }

  Executor tasks() {
    return tasks;
  }

  /** For what clients have sent of handshakes that wait for their turn. */
  LoginMemory waiting() {
    return waiting;
  }

  /** A handshake has begun that needs an engine; those that have been open for too long go. */
  void begun(Channel channel) {
    List<Channel> evicted = handshakes.begun(channel);
    for (Channel old : evicted) {
      warn(
          "Closing connections whose TLS handshakes do not go on, that of "
              + old.remoteAddress()
              + " among them: "
              + handshakes.count()
              + " are open");
      abandon(old);
    }
  }

  /**
   * Closes a connection in front of its engine, which would wait for what it has begun, and for the
   * client to take its farewell.
   */
  private static void abandon(Channel channel) {
    try {
      channel
          .eventLoop()
          .execute(() -> {
            if (channel.pipeline().get(TlsStartHandler.class) == null) {
              return; // the handshake has come to its end meanwhile
            }
            ChannelHandlerContext engine = channel.pipeline().context(SslHandler.class);
            if (engine == null) {
              channel.close();
            } else {
              engine.close();
            }
          });
    } catch (RejectedExecutionException e) {
      // the event loop has ended, and the connection with it
    }
  }

  /** The broker has done or sent a part of the handshake. */
  void answered(Channel channel) {
    handshakes.answered(channel);
  }

  /** The client has sent a part of the handshake. */
  void heard(Channel channel) {
    handshakes.heard(channel);
  }

  /** What the client has sent was not enough for the engine to go on. */
  void heardTooLittle(Channel channel) {
    handshakes.heardTooLittle(channel);
  }

  void ended(Channel channel) {
    handshakes.ended(channel);
  }

  /** That of an event loop, for use on it only. */
  HandshakePacer pacer(EventExecutor eventLoop) {
    return pacers.computeIfAbsent(
        eventLoop,
        loop ->
            new HandshakePacer(
                System::nanoTime,
                (task, delayNanos) -> loop.schedule(task, delayNanos, TimeUnit.NANOSECONDS),
                () -> tasks.getQueue().size() >= TASKS_WAITING_MAX));
  }

  /** Logs at a bounded rate. */
  void warn(String what) {
    warnings.warn(what);
  }

  @Override
  public void close() {
    tasks.shutdownNow();
  }
}
