package org.odradek.broker.delegation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TokenCredentialBacklogTest {
  private final Queue<Runnable> pool = new ArrayDeque<>();
  private final AtomicInteger done = new AtomicInteger();

  @Test
  void moreLoginsThanMayWaitAreRefused() {
    Executor executor = new TokenCredentialBacklog(Set.of(), pool::add).executor();
    for (int i = 0; i < TokenCredentialBacklog.LOGINS_MAX; i++) {
      executor.execute(done::incrementAndGet);
    }
    assertThrows(RejectedExecutionException.class, () -> executor.execute(done::incrementAndGet));
    assertEquals(TokenCredentialBacklog.LOGINS_MAX, pool.size());
    pool.remove().run();
    executor.execute(done::incrementAndGet);
    pool.forEach(Runnable::run);
    assertEquals(TokenCredentialBacklog.LOGINS_MAX + 1, done.get());
  }

  @Test
  void whatFailsOrIsNotTakenDoesNotCount() {
    Executor failing = new TokenCredentialBacklog(Set.of(), pool::add).executor();
    Executor over =
        new TokenCredentialBacklog(
                Set.of(),
                task -> {
                  throw new RejectedExecutionException("stopped");
                })
            .executor();
    for (int i = 0; i <= TokenCredentialBacklog.LOGINS_MAX; i++) {
      failing.execute(() -> {
        throw new IllegalStateException("not done");
      });
      assertThrows(IllegalStateException.class, () -> pool.remove().run());
      String why =
          assertThrows(RejectedExecutionException.class, () -> over.execute(done::incrementAndGet))
              .getMessage();
      assertEquals("stopped", why);
    }
  }
}
