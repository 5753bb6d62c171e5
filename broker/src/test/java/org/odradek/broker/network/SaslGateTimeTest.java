package org.odradek.broker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.authentication.SaslExchange;
import org.odradek.broker.authentication.SaslListener;
import org.odradek.broker.authentication.SaslMechanism;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.slf4j.LoggerFactory;

/** What is said of those who have not logged in in time; in a time that the test lets pass. */
class SaslGateTimeTest {
  static {
    BufferLeaks.detect();
  }

  private final Logger logger = (Logger) LoggerFactory.getLogger(SaslGateTimeTest.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
  private final ReadGate gate = new ReadGate();
  private final RequestMemory memory = new RequestMemory(1_000);
  private final EmbeddedChannel channel =
      new EmbeddedChannel() {
        @Override
        protected SocketAddress remoteAddress0() {
          return new InetSocketAddress("127.0.0.1", 50_000);
        }
      };

  /** What judges tokens; nobody does, unless a test does. */
  private final Queue<Runnable> judgements = new ArrayDeque<>();

  private final SaslListener listener =
      new SaslListener(
          "SASL",
          new SaslListener.Settings(
              List.of(new JudgedElsewhere(judgements::add)),
              1_000,
              0,
              SaslListener.LOGIN_MAX_MS,
              Map.of()));

  /** One that lets nobody in. */
  private record JudgedElsewhere(Executor executor) implements SaslMechanism {
    @Override
    public String name() {
      return "PLAIN";
    }

    @Override
    public SaslExchange begin(InetSocketAddress client) {
      return token -> new SaslExchange.Failed(null, "wrong", "it is wrong");
    }
  }

  @BeforeEach
  void listen() {
    logger.setLevel(Level.INFO);
    logger.setAdditive(false);
    lines.start();
    logger.addAppender(lines);
    channel.freezeTime();
  }

  @AfterEach
  void stop() {
    logger.detachAppender(lines);
    channel.finishAndReleaseAll();
    BufferLeaks.assertNone();
  }

  private SaslGate connect(boolean withTls) {
    SaslGate sasl =
        new SaslGate(
            listener,
            withTls,
            new HandlerRegistry(),
            new ClientSession(1),
            FrameBudget.ofLogin(1_000, new LoginMemory(1_000), memory),
            1_000,
            gate,
            new RateLimitedLog(logger, () -> 0));
    channel.pipeline().addLast(sasl);
    return sasl;
  }

  /** What is said when the time is over; the connection is closed then, and not before. */
  private String whatIsMissing() {
    channel.advanceTimeBy(SaslListener.LOGIN_MAX_MS - 1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertTrue(channel.isOpen());
    channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
    channel.runScheduledPendingTasks();
    channel.runPendingTasks();
    assertFalse(channel.isOpen());
    assertEquals(1, lines.list.size(), lines.list.toString());
    String line = lines.list.getFirst().getFormattedMessage();
    String within = "no login within 30000 ms: ";
    assertTrue(line.contains(within), line);
    return line.substring(line.indexOf(within) + within.length(), line.length() - 1);
  }

  private void ask() {
    ByteBuffer versions = ByteBuffer.allocate(10).putShort(ApiKey.API_VERSIONS.id());
    memory.reserve(10, () -> {});
    RequestFrame frame = new RequestFrame(Unpooled.wrappedBuffer(versions.array()), memory);
    channel.writeInbound(frame);
    frame.release();
  }

  @Test
  void ofAClientThatSaysNothing() {
    connect(false);
    assertEquals("it has not sent one whole request", whatIsMissing());
  }

  @Test
  void ofAClientThatOnlyAsksForVersions() {
    connect(false);
    ask();
    assertEquals("it has not begun one", whatIsMissing());
  }

  @Test
  void ofAClientThatBeginsALogin() {
    connect(false).handshake("PLAIN", true);
    assertEquals("it has not gone on with the login by \"PLAIN\" that it began", whatIsMissing());
  }

  @Test
  void ofAClientWhoseTokenWaits() {
    SaslGate sasl = connect(false);
    sasl.handshake("PLAIN", true);
    sasl.authenticate(new byte[10], answer -> {});
    assertEquals("the broker has not judged its token yet", whatIsMissing());
  }

  /** The verdict has come to the event loop, behind the end of the time and before the close. */
  @Test
  void ofAClientWhoseTokenIsJudgedTooLate() {
    SaslGate sasl = connect(false);
    List<ErrorCode> answers = new ArrayList<>();
    sasl.handshake("PLAIN", true);
    sasl.authenticate(new byte[10], answer -> answers.add(answer.error()));
    channel.advanceTimeBy(SaslListener.LOGIN_MAX_MS, TimeUnit.MILLISECONDS);
    judgements.remove().run();
    channel.runScheduledPendingTasks();
    assertEquals(List.of(), answers);
    channel.runPendingTasks();
    assertFalse(channel.isOpen());
    assertEquals(1, lines.list.size(), lines.list.toString());
    assertEquals(0, listener.counts().failures(false));
    assertEquals(List.of(ErrorCode.NETWORK_EXCEPTION), answers);
  }

  @Test
  void ofAClientThatTheBrokerDoesNotAnswer() {
    connect(false);
    ask();
    gate.close(ReadGate.Reason.STARTING);
    assertEquals(
        "its request is not answered yet, it does not read answers, or a quota makes it wait",
        whatIsMissing());
  }

  @Test
  void ofAClientWhoseTlsHandshakeIsNotOver() {
    connect(true);
    assertEquals("its TLS handshake is not over", whatIsMissing());
  }

  @Test
  void ofAClientWhoseTlsHandshakeIsOver() {
    connect(true);
    channel.pipeline().fireUserEventTriggered(SslHandshakeCompletionEvent.SUCCESS);
    assertEquals("it has not sent one whole request", whatIsMissing());
  }
}
