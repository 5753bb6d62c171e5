package org.odradek.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.odradek.broker.authentication.LoginCounts;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.network.BufferLeaks;
import org.odradek.broker.network.LoginMemory;

/** Clients that say a part of what begins a handshake, beside those that mean it. */
@Timeout(60)
class HalfHandshakesTest {
  static {
    BufferLeaks.detect();
  }

  private static final TestCertificates CERTIFICATES = TestCertificates.create();

  @TempDir Path directory;

  private final AtomicLong nanos = new AtomicLong();
  private final OpenHandshakes<Channel> open = new OpenHandshakes<>(2, 4, 1_000, nanos::get);
  private final LoginMemory waiting = new LoginMemory(20_000, 4_000);
  private final TlsResources resources = new TlsResources(open, waiting);
  private final LoginCounts counts = new LoginCounts();
  private final List<EmbeddedChannel> channels = new ArrayList<>();
  private final List<TlsContext> contexts = new ArrayList<>();

  @AfterEach
  void close() {
    channels.forEach(EmbeddedChannel::finishAndReleaseAll);
    contexts.forEach(TlsContext::release);
    resources.close();
    BufferLeaks.assertNone();
  }

  private TlsContext context(String engine) throws Exception {
    Map<String, String> config = CERTIFICATES.settings(directory);
    if (engine.equals("JVM")) {
      config.put("ssl.provider", "SunJSSE");
    }
    TlsSettings settings = TlsSettings.of(BrokerConfig.of(config), "SSL", false);
    TlsContext context = TlsContext.server(settings, Stores.load(settings));
    contexts.add(context);
    return context;
  }

  private TlsStartHandler start(BiFunction<ByteBufAllocator, Executor, SslHandler> engines) {
    return new TlsStartHandler(
        "SSL",
        engines,
        distinguishedName -> null,
        new RefusedCertificateTest.Session(),
        false,
        resources,
        counts);
  }

  private EmbeddedChannel connect(TlsContext context, byte... said) {
    return connect((allocator, tasks) -> context.newHandler(allocator, Runnable::run), said);
  }

  private EmbeddedChannel connect(
      BiFunction<ByteBufAllocator, Executor, SslHandler> engines, byte... said) {
    EmbeddedChannel channel = new EmbeddedChannel(start(engines));
    channels.add(channel);
    say(channel, said);
    return channel;
  }

  private static void say(EmbeddedChannel channel, byte... said) {
    channel.writeInbound(Unpooled.copiedBuffer(said));
    settle(channel);
  }

  private static void settle(EmbeddedChannel channel) {
    channel.advanceTimeBy(20, TimeUnit.MILLISECONDS); // its turn among handshakes
    channel.runPendingTasks();
    channel.runScheduledPendingTasks();
  }

  private static byte[] hello() throws Exception {
    SSLEngine client = CERTIFICATES.client(null).createSSLEngine("localhost", 1);
    client.setUseClientMode(true);
    client.beginHandshake();
    ByteBuffer out = ByteBuffer.allocate(1 << 16);
    client.wrap(ByteBuffer.allocate(0), out);
    byte[] hello = new byte[out.position()];
    out.flip().get(hello);
    return hello;
  }

  @ParameterizedTest
  @ValueSource(strings = {"OpenSSL", "JVM"})
  void theirTimeIsCountedFromTheConnectionOn(String engine) throws Exception {
    TlsContext context = context(engine);
    EmbeddedChannel channel = new EmbeddedChannel();
    channels.add(channel);
    channel.freezeTime();
    channel
        .pipeline()
        .addLast(start((allocator, tasks) -> context.newHandler(allocator, Runnable::run)));
    channel.advanceTimeBy(TlsResources.HANDSHAKE_TIMEOUT_MS - 1_000, TimeUnit.MILLISECONDS);
    say(channel, (byte) 22);
    assertEquals(1, open.count(), "begun");
    assertTrue(channel.isOpen());
    channel.advanceTimeBy(1_000, TimeUnit.MILLISECONDS);
    settle(channel);
    assertFalse(channel.isOpen());
    assertEquals(0, open.count());
    assertEquals(1, counts.failures(false));
  }

  @ParameterizedTest
  @ValueSource(strings = {"OpenSSL", "JVM"})
  void theyDoNotPushOutWhoIsARoundTripAway(String engine) throws Exception {
    TlsContext context = context(engine);
    EmbeddedChannel first = connect(context, (byte) 22);
    EmbeddedChannel second = connect(context, (byte) 22);
    EmbeddedChannel healthy = connect(context, hello());
    assertFalse(healthy.outboundMessages().isEmpty(), "the broker's part");
    connect(context, (byte) 22);
    connect(context, (byte) 22);
    connect(context, (byte) 22);
    channels.forEach(HalfHandshakesTest::settle);
    assertFalse(first.isOpen());
    assertFalse(second.isOpen());
    assertTrue(healthy.isOpen());
    assertEquals(4, open.count());
  }

  @ParameterizedTest
  @ValueSource(strings = {"OpenSSL", "JVM"})
  void aTrickleGoesStale(String engine) throws Exception {
    TlsContext context = context(engine);
    byte[] hello = hello();
    EmbeddedChannel half = connect(context, hello[0]);
    EmbeddedChannel answered = connect(context, hello);
    for (int i = 1; i <= 10; i++) {
      nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
      say(half, hello[i]);
      say(answered, hello[i - 1]);
    }
    connect(context, hello);
    connect(context, hello);
    channels.forEach(HalfHandshakesTest::settle);
    assertFalse(half.isOpen());
    assertFalse(answered.isOpen());
    assertEquals(2, open.count());
  }

  @Test
  void whoseEngineCannotBeMadeGoes() {
    EmbeddedChannel channel =
        connect(
            (allocator, tasks) -> {
              throw new IllegalStateException("one that was meant to fail");
            },
            (byte) 22);
    assertFalse(channel.isOpen());
    assertEquals(0, open.count());
    channel.checkException();
  }

  @Test
  void whoHasComeToTheEndStays() {
    EmbeddedChannel channel = new EmbeddedChannel(); // nothing of a handshake is left in it
    channels.add(channel);
    open.begun(channel);
    open.answered(channel);
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1_000));
    for (int i = 0; i < 2; i++) {
      EmbeddedChannel other = new EmbeddedChannel();
      channels.add(other);
      resources.begun(other);
    }
    assertEquals(2, open.count(), "it was told to go");
    settle(channel);
    assertTrue(channel.isOpen());
  }

  /** So many tasks that do not end before the test does. */
  private void occupy(int tasks) {
    CountDownLatch busy = new CountDownLatch(1);
    for (int i = 0; i < tasks; i++) {
      resources
          .tasks()
          .execute(() -> {
            try {
              busy.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          });
    }
  }

  @Test
  void whoWaitsForATaskOfTheBrokerDoesNot() throws Exception {
    occupy(2); // there are no more threads
    TlsContext context = context("JVM");
    EmbeddedChannel healthy = connect(context::newHandler, hello());
    assertTrue(healthy.outboundMessages().isEmpty(), "its task waits");
    say(healthy, (byte) 22);
    EmbeddedChannel half = connect(context, (byte) 22);
    nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(1_000));
    connect(context, (byte) 22);
    connect(context, (byte) 22);
    channels.forEach(HalfHandshakesTest::settle);
    assertFalse(half.isOpen());
    assertTrue(healthy.isOpen());
  }

  @Test
  void whoIsGoneDoesNotWaitForItsTurn() throws Exception {
    occupy(100); // nothing is begun
    TlsContext context = context("OpenSSL");
    EmbeddedChannel channel = connect(context, hello());
    HandshakePacer pacer = resources.pacer(channel.eventLoop());
    assertEquals(1, pacer.waiting());
    assertEquals(0, open.count());
    channel.close().syncUninterruptibly();
    assertEquals(0, pacer.waiting());
  }

  @Test
  void whatWaitsForItsTurnIsBounded() throws Exception {
    occupy(100); // nothing is begun
    TlsContext context = context("OpenSSL");
    EmbeddedChannel small = connect(context, hello());
    assertEquals(0, waiting.takenBytes(), "a first message is not counted");
    byte[] much = Arrays.copyOf(hello(), 9_000);
    EmbeddedChannel oldest = connect(context, much);
    EmbeddedChannel next = connect(context, much);
    assertEquals(18_000, waiting.takenBytes());
    EmbeddedChannel newest = connect(context, much);
    settle(oldest);
    assertFalse(oldest.isOpen());
    assertEquals(18_000, waiting.takenBytes());
    assertEquals(1, resources.pacer(newest.eventLoop()).waiting());
    assertEquals(0, resources.pacer(oldest.eventLoop()).waiting());
    assertTrue(small.isOpen() && next.isOpen() && newest.isOpen());
    say(next, new byte[5_000]);
    settle(next);
    assertFalse(next.isOpen(), "it is the oldest now");
    newest.close().syncUninterruptibly();
    assertEquals(0, waiting.takenBytes());
    assertEquals(2, counts.failures(false));
  }

  @Test
  void whatHasHadItsTurnIsNotCounted() throws Exception {
    TlsContext context = context("OpenSSL");
    EmbeddedChannel channel = connect(context, hello());
    say(channel, new byte[5_000]);
    assertEquals(0, waiting.takenBytes());
  }
}
