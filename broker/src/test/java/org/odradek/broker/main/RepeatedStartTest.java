package org.odradek.broker.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import org.apache.zookeeper.KeeperException;
import org.junit.jupiter.api.Test;

class RepeatedStartTest {
  private static final Exception NONE = new Exception();

  private final List<Attempt> attempts = new ArrayList<>();

  private static final class Attempt implements RepeatedStart.Startable {
    private final Exception failure;
    private final Runnable meanwhile;
    private int stops;

    Attempt(Exception failure, Runnable meanwhile) {
      this.failure = failure;
      this.meanwhile = meanwhile;
    }

    @Override
    public void start() throws Exception {
      meanwhile.run();
      if (failure != NONE) {
        throw failure;
      }
    }

    @Override
    public void stop() {
      stops++;
    }
  }

  private static Exception expired() {
    return KeeperException.create(KeeperException.Code.SESSIONEXPIRED, "/consumers");
  }

  /** The first fails with the first failure, and so on; the last one for ever. */
  private RepeatedStart<Attempt> failing(Runnable meanwhile, Exception... failures) {
    return new RepeatedStart<>(() -> {
      int at = Math.min(attempts.size(), failures.length - 1);
      attempts.add(new Attempt(failures[at], meanwhile));
      return attempts.getLast();
    });
  }

  @Test
  void beginsAnewWhenTheSessionEnds() throws Exception {
    RepeatedStart<Attempt> start = failing(() -> {}, expired(), expired(), NONE);
    Attempt running = start.start();
    assertEquals(3, attempts.size());
    assertSame(attempts.getLast(), running);
    start.stop();
    assertEquals(1, running.stops);
  }

  @Test
  void givesUpAfterSome() {
    RepeatedStart<Attempt> start = failing(() -> {}, expired());
    assertThrows(KeeperException.SessionExpiredException.class, start::start);
    assertEquals(5, attempts.size());
  }

  @Test
  void anythingElseFailsAtOnce() {
    RepeatedStart<Attempt> start = failing(() -> {}, new StartException("no"), NONE);
    assertThrows(StartException.class, start::start);
    assertEquals(1, attempts.size());
  }

  /** A stop ends the session too. */
  @Test
  void isNotBegunAnewAfterAStop() {
    List<RepeatedStart<Attempt>> self = new ArrayList<>();
    RepeatedStart<Attempt> start = failing(() -> self.getFirst().stop(), expired(), NONE);
    self.add(start);
    assertThrows(KeeperException.SessionExpiredException.class, start::start);
    assertEquals(1, attempts.size());
    assertEquals(1, attempts.getFirst().stops);
  }
}
