package org.odradek.broker.main;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.broker.authentication.JaasEntry;
import org.odradek.broker.authentication.gssapi.KerberosLogin;
import org.odradek.broker.authentication.gssapi.RenewalRules;
import org.odradek.broker.authentication.gssapi.TestKdc;

class KerberosLoginsTest {
  private final KerberosLogins logins = new KerberosLogins(Runnable::run);

  private static KerberosLogin made(JaasEntry entry) {
    return new KerberosLogin(
        entry,
        new RenewalRules(0.8, 0.05, 60_000),
        InstantSource.system(),
        new SplittableRandom(1));
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
      first.logIn(); // a renewal that comes late
      assertFalse(first.isLoggedIn());

      KerberosLogin second = logins.logIn(entry, () -> made(entry));
      assertNotSame(first, second);
      assertTrue(second.isLoggedIn());
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
  void tooMuchAtOnceIsAFailure() {
    KerberosLogins busy =
        new KerberosLogins(task -> {
          throw new RejectedExecutionException();
        });
    JaasEntry entry = new JaasEntry(KerberosLogin.MODULE, Map.of());
    assertTrue(busy.tryOut(entry, () -> made(entry)).isCompletedExceptionally());
  }
}
