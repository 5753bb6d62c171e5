package org.odradek.broker.main;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.authentication.JaasEntry;
import org.odradek.broker.authentication.gssapi.KerberosLogin;
import org.odradek.broker.authentication.gssapi.TestKdc;

class KerberosLoginsTest {
  private final KerberosLogins logins = new KerberosLogins(Runnable::run, Runnable::run);

  private static KerberosLogin made(JaasEntry entry) {
    return TestKdc.login(entry, InstantSource.system());
  }

  @Test
  void oneThatIsNotUsedAnyMoreIsLoggedOutAfterAWhile(@TempDir Path folder) throws IOException {
    try (TestKdc kdc = new TestKdc(folder)) {
      JaasEntry entry = kdc.register(TestKdc.BROKER);
      KerberosLogin first = logins.logIn(entry, () -> made(entry));
      logins.used(login -> true);
      logins.tick(5 * KerberosLogins.UNUSED_MAX_MS);
      assertTrue(first.isLoggedIn());

      logins.used(login -> false);
      logins.tick(6 * KerberosLogins.UNUSED_MAX_MS - 1);
      assertTrue(first.isLoggedIn());
      assertSame(first, logins.logIn(entry, () -> made(entry))); // asked for once more
      logins.tick(7 * KerberosLogins.UNUSED_MAX_MS - 2);
      assertTrue(first.isLoggedIn());
      logins.tick(7 * KerberosLogins.UNUSED_MAX_MS - 1);
      assertFalse(first.isLoggedIn());
      assertThrows(IOException.class, first::logIn); // a renewal that comes late
      assertFalse(first.isLoggedIn());

      KerberosLogin second = logins.logIn(entry, () -> made(entry));
      assertNotSame(first, second);
      assertTrue(second.isLoggedIn());
    }
  }

  /** The time for it ends while it waits for the KDC. */
  @Test
  void oneThatWasEndedMeanwhileIsNotUsed(@TempDir Path folder) throws IOException {
    Queue<Runnable> logouts = new ArrayDeque<>();
    KerberosLogins busy = new KerberosLogins(logouts::add, Runnable::run);
    try (TestKdc kdc = new TestKdc(folder)) {
      JaasEntry entry = kdc.register(TestKdc.BROKER);
      InstantSource askedInTheMiddle =
          () -> {
            busy.tick(KerberosLogins.UNUSED_MAX_MS);
            return Instant.now();
          };
      KerberosLogin slow = busy.logInSoon(entry, () -> TestKdc.login(entry, askedInTheMiddle));
      KerberosLogin next = busy.logIn(entry, () -> made(entry));
      assertNotSame(slow, next);
      assertSame(next, busy.logInSoon(entry, () -> made(entry)));
      logouts.remove().run();
      assertFalse(slow.isLoggedIn());
      assertTrue(next.isLoggedIn());
    }
  }

  @Test
  void whatWasOnlyTriedIsLoggedOutToo(@TempDir Path folder) throws IOException {
    try (TestKdc kdc = new TestKdc(folder)) {
      JaasEntry entry = kdc.register(TestKdc.BROKER);
      logins.tryOut(entry, () -> made(entry)).join();
      KerberosLogin tried = logins.logInSoon(entry, () -> made(entry));
      assertTrue(tried.isLoggedIn());
      logins.tick(KerberosLogins.UNUSED_MAX_MS);
      assertFalse(tried.isLoggedIn());
    }
  }

  @Test
  void oneThatFailsIsNotKept(@TempDir Path folder) {
    JaasEntry entry =
        new JaasEntry(
            KerberosLogin.MODULE,
            Map.of(
                "useKeyTab", "true",
                "storeKey", "true",
                "keyTab", folder.resolve("missing.keytab").toString(),
                "principal", "kafka/localhost@NOWHERE.ODRADEK"));
    KerberosLogin made = made(entry);
    Throwable failure =
        assertThrows(CompletionException.class, () -> logins.tryOut(entry, () -> made).join())
            .getCause();
    assertInstanceOf(IOException.class, failure);
    assertNotSame(made, logins.logInSoon(entry, () -> made(entry)));
  }

  @Test
  void aTrialThatWaitsKeepsNoLoginFromBeingRenewed(@TempDir Path folder) throws IOException {
    Queue<Runnable> trials = new ArrayDeque<>();
    KerberosLogins both = new KerberosLogins(Runnable::run, trials::add);
    try (TestKdc kdc = new TestKdc(folder)) {
      JaasEntry tried = kdc.register("other/localhost");
      assertFalse(both.tryOut(tried, () -> made(tried)).isDone());
      JaasEntry entry = kdc.register(TestKdc.BROKER);
      KerberosLogin own = both.logInSoon(entry, () -> made(entry));
      both.used(login -> login == own);
      both.tick(1);
      assertTrue(own.isLoggedIn());
      assertEquals(1, trials.size());
    }
  }

  private static IOException failure(CompletableFuture<Void> tried) {
    return assertInstanceOf(
        IOException.class, assertThrows(CompletionException.class, tried::join).getCause());
  }

  @Test
  void nobodyWaitsForEverForAKdc() {
    Queue<Runnable> trials = new ArrayDeque<>();
    KerberosLogins slow = new KerberosLogins(Runnable::run, trials::add, 1);
    JaasEntry entry = new JaasEntry(KerberosLogin.MODULE, Map.of());
    AtomicInteger begun = new AtomicInteger();
    CompletableFuture<Void> tried =
        slow.tryOut(
            entry,
            () -> {
              begun.incrementAndGet();
              return made(entry);
            });
    IOException failure = failure(tried);
    String message = String.valueOf(failure.getMessage());
    assertTrue(message.contains("KDC did not answer within 1 ms"), message);
    trials.remove().run();
    assertEquals(0, begun.get(), "nobody waits for it any more");
  }

  @Test
  void anErrorIsAFailureToo() {
    JaasEntry entry = new JaasEntry(KerberosLogin.MODULE, Map.of());
    KerberosLogins struck =
        new KerberosLogins(
            Runnable::run, task -> assertThrows(NoClassDefFoundError.class, task::run));
    CompletableFuture<Void> tried =
        struck.tryOut(
            entry,
            () -> {
              throw new NoClassDefFoundError("on purpose");
            });
    IOException failure = failure(tried);
    assertTrue(String.valueOf(failure.getMessage()).contains("on purpose"), failure.toString());
  }

  @Test
  void tooMuchAtOnceIsAFailure() {
    KerberosLogins busy =
        new KerberosLogins(
            Runnable::run,
            task -> {
              throw new RejectedExecutionException();
            });
    JaasEntry entry = new JaasEntry(KerberosLogin.MODULE, Map.of());
    assertTrue(busy.tryOut(entry, () -> made(entry)).isCompletedExceptionally());
  }
}
