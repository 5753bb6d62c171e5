package org.odradek.broker.peer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.odradek.broker.authentication.SaslClientExchange;
import org.odradek.broker.authentication.SaslClientMechanism;
import org.odradek.protocol.message.SaslAuthenticateResponse;
import org.odradek.protocol.message.SaslHandshakeResponse;

/** Logins that end in the middle, with a mechanism whose threads and event loop the test runs. */
class AbandonedLoginTest {
  private final Queue<Runnable> threads = new ArrayDeque<>();
  private final Queue<Runnable> loop = new ArrayDeque<>();
  private final List<String> happened = new ArrayList<>();
  private Runnable meanwhile = () -> {};

  private final PeerLogin login =
      new PeerLogin(
          new SaslClientMechanism() {
            @Override
            public String name() {
              return "SLOW";
            }

            @Override
            public SaslClientExchange begin(String host) {
              happened.add("begun");
              return new Exchange();
            }

            @Override
            public Executor executor() {
              return threads::add;
            }
          },
          "localhost");

  private final class Exchange implements SaslClientExchange {
    @Override
    public byte[] firstToken() {
      meanwhile.run();
      happened.add("token");
      return new byte[1];
    }

    @Override
    public byte @Nullable [] evaluate(byte[] challenge) {
      happened.add("challenge");
      return new byte[1];
    }

    @Override
    public boolean isComplete() {
      return false;
    }

    @Override
    public void dispose() {
      happened.add("disposed");
    }
  }

  private void answerHandshake() {
    login.next(
        new SaslHandshakeResponse().mechanisms(List.of("SLOW")),
        loop::add,
        (step, failure) -> happened.add("told"));
  }

  private static void run(Queue<Runnable> tasks) {
    Runnable next = tasks.remove();
    assertNotNull(next);
    next.run();
  }

  @Test
  void aStepThatWaitsForAThreadIsNotTaken() {
    answerHandshake();
    login.abandon();
    run(threads);
    assertEquals(List.of(), happened);
    assertEquals(0, loop.size());
  }

  @Test
  void whatIsAtWorkComesToAnEndFirst() {
    meanwhile = login::abandon;
    answerHandshake();
    run(threads);
    run(loop);
    assertEquals(List.of("begun", "token", "disposed"), happened);
  }

  @Test
  void aResultOnItsWayIsDropped() {
    answerHandshake();
    run(threads);
    login.abandon();
    assertEquals(List.of("begun", "token", "disposed"), happened);
    run(loop);
    login.abandon();
    assertEquals(List.of("begun", "token", "disposed"), happened);
  }

  /** As when the answer comes before the thread of the step before it is done. */
  @Test
  void theLastOneAtWorkLetsGo() {
    login.next(
        new SaslHandshakeResponse().mechanisms(List.of("SLOW")),
        Runnable::run,
        (first, failure) -> {
          login.next(
              new SaslAuthenticateResponse().authBytes(ByteBuffer.allocate(0)),
              Runnable::run,
              (second, another) -> happened.add("told"));
          run(threads);
          login.abandon();
          happened.add("abandoned");
        });
    run(threads);
    assertEquals(List.of("begun", "token", "challenge", "told", "abandoned", "disposed"), happened);
  }

  @Test
  void whatIsNotAbandonedIsToldOf() {
    answerHandshake();
    run(threads);
    run(loop);
    assertEquals(List.of("begun", "token", "told"), happened);
    login.abandon();
    assertEquals("disposed", happened.getLast());
  }
}
