package org.odradek.broker.authentication;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class RefresherTest {
  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private int fetches;
  private boolean fails;
  private boolean isWished;
  private final Refresher refresher =
      new Refresher(this::fetch, new Refresher.Backoff(100, 300), () -> isWished);

  private long fetch() throws IOException {
    fetches++;
    if (fails) {
      throw new IOException("away");
    }
    return 1_000;
  }

  /** How often it has fetched by then. */
  private int at(long nowMs) {
    refresher.tick(nowMs, Runnable::run);
    return fetches;
  }

  @Test
  void fetchesWhenDueAndSoonerWhenWished() {
    assertEquals(1, at(0));
    assertEquals(1, at(999));
    assertEquals(2, at(1_000));
    isWished = true;
    assertEquals(2, at(1_099));
    assertEquals(3, at(1_100));
    assertEquals(3, at(1_199));
  }

  @Test
  void pausesGetLongerWhileItFails() {
    fails = true;
    assertEquals(1, at(0));
    assertEquals(1, at(99));
    assertEquals(2, at(100));
    assertEquals(2, at(299));
    assertEquals(3, at(300));
    assertEquals(3, at(599));
    assertEquals(4, at(600));
    assertEquals(5, at(900));
    fails = false;
    assertEquals(6, at(1_200));
    assertEquals(6, at(2_199));
    assertEquals(7, at(2_200));
  }

  @Test
  void oneFetchAtATime() {
    refresher.tick(0, tasks::add);
    refresher.tick(5_000, tasks::add);
    assertEquals(1, tasks.size());
    tasks.remove().run();
    refresher.tick(
        5_000,
        task -> {
          throw new RejectedExecutionException();
        });
    refresher.tick(5_000, tasks::add);
    assertEquals(1, tasks.size());
  }
}
