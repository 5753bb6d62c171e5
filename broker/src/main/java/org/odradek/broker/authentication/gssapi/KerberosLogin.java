package org.odradek.broker.authentication.gssapi;

import java.io.IOException;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import javax.security.auth.Subject;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.CallbackHandler;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.kerberos.KerberosPrincipal;
import javax.security.auth.kerberos.KerberosTicket;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.authentication.JaasEntry;
import org.odradek.broker.authentication.JaasFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This broker's own login to Kerberos: its key, and the ticket that it asks for others with.
 *
 * <p>A renewal is a login of its own, and takes the former's place when it has succeeded, so that
 * there is never a moment without one. With a ticket cache instead of a key table the cache is read
 * again: somebody else has to renew what is in it ({@code kinit -R}, or the module's option {@code
 * renewTGT}).
 *
 * <p>Thread-safety: any thread; {@link #logIn} blocks, and runs once at a time.
 */
public final class KerberosLogin {
  private static final Logger log = LoggerFactory.getLogger(KerberosLogin.class);

  /** The module of the JDK's, as JAAS files name it. */
  public static final String MODULE = "com.sun.security.auth.module.Krb5LoginModule";

  /** Long enough to be never, and short enough to be added to a time. */
  private static final long NEVER_MS = Long.MAX_VALUE / 4;

  private final JaasEntry entry;
  private final RenewalRules rules;
  private final InstantSource clock;
  private final RandomGenerator random;
  private volatile @Nullable Subject subject;

  /** That of the subject; null before it and after the end. */
  private @Nullable LoginContext context;

  private volatile boolean isOver;

  /**
   * @param entry of the module {@link #MODULE}
   */
  public KerberosLogin(
      JaasEntry entry, RenewalRules rules, InstantSource clock, RandomGenerator random) {
    this.entry = entry;
    this.rules = rules;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Logs in; if that fails, the former login stays.
   *
   * @return in how many ms to do it again
   * @throws IOException with a message for a person; also when this login is over for good
   */
  public synchronized long logIn() throws IOException {
    if (isOver) {
      throw new IOException(
          "This broker's login to Kerberos as %s with %s has been ended, as no listener had it"
                  .formatted(entry.option("principal"), source())
              + " any more");
    }
    Subject made = new Subject();
    LoginContext login;
    try {
      login = new LoginContext(JaasFile.SERVER_SECTION, made, new NobodyToAsk(), configuration());
      login.login();
    } catch (LoginException e) {
      throw new IOException(
          "This broker cannot log in to Kerberos as %s with %s: %s%s"
              .formatted(entry.option("principal"), source(), e.getMessage(), hint(e)),
          e);
    }
    KerberosTicket ticket = ownTicket(made);
    boolean isFirst = subject == null;
    subject = made;
    context = login;
    if (ticket == null) {
      log.info("Took the key of {} from {}; there is no ticket to renew", name(made), source());
      return NEVER_MS;
    }
    long nextMs =
        rules.nextInMs(
            clock.millis(), startMs(ticket), ticket.getEndTime().getTime(), random.nextDouble());
    log.info(
        "{} Kerberos as {} with {}; the ticket is valid until {}, the next is asked for in {} ms",
        isFirst ? "Logged in to" : "Renewed the login to",
        name(made),
        source(),
        ticket.getEndTime().toInstant(),
        nextMs);
    return nextMs;
  }

  /** Whether there is a login, of which it is not known whether it can be renewed. */
  public boolean isLoggedIn() {
    return subject != null;
  }

  /** Nobody may log in with this any more; {@link #logOut} has to follow. Does not block. */
  public void end() {
    isOver = true;
  }

  /** Whether it has been ended, or logged out. */
  public boolean isOver() {
    return isOver;
  }

  /**
   * Ends the login for good and forgets its keys and tickets: what still uses it fails. Blocks if
   * it is being renewed.
   */
  public synchronized void logOut() {
    isOver = true;
    LoginContext last = context;
    Subject of = subject;
    context = null;
    subject = null;
    if (last == null || of == null) {
      return;
    }
    String name = name(of);
    try {
      last.logout();
      log.info(
          "Logged out of Kerberos as {} with {}, as no listener has it any more", name, source());
    } catch (LoginException e) {
      log.warn("Keys of {} may stay in memory: the logout failed: {}", name, e.getMessage());
    }
  }

  private static long startMs(KerberosTicket ticket) {
    return (ticket.getStartTime() == null ? ticket.getAuthTime() : ticket.getStartTime()).getTime();
  }

  private Configuration configuration() {
    AppConfigurationEntry module =
        new AppConfigurationEntry(
            entry.moduleClass(), LoginModuleControlFlag.REQUIRED, entry.options());
    return new Configuration() {
      @Override
      public AppConfigurationEntry[] getAppConfigurationEntry(String section) {
        return new AppConfigurationEntry[] {module};
      }
    };
  }

  private String source() {
    String keyTab = entry.option("keyTab");
    if (keyTab != null) {
      return "the key table " + keyTab;
    }
    String cache = entry.option("ticketCache");
    return cache != null ? "the ticket cache " + cache : "the options of its login module";
  }

  private static String hint(LoginException e) {
    return String.valueOf(e.getMessage()).contains("password")
        ? " (is the file there, and does it hold a key of that principal?)"
        : "";
  }

  /** The ticket that others are got with: that of the realm's ticket service. */
  private static @Nullable KerberosTicket ownTicket(Subject of) {
    for (KerberosTicket ticket : of.getPrivateCredentials(KerberosTicket.class)) {
      if (ticket.getServer().getName().startsWith("krbtgt/")) {
        return ticket;
      }
    }
    return null;
  }

  /** The principal that a subject is logged in as. */
  static String name(Subject subject) {
    for (KerberosPrincipal principal : subject.getPrincipals(KerberosPrincipal.class)) {
      return principal.getName();
    }
    throw new IllegalStateException("logged in to Kerberos, but not as anybody: set principal");
  }

  /**
   * Who is logged in.
   *
   * @throws IllegalStateException if nobody is yet
   */
  Subject subject() {
    Subject current = subject;
    if (current == null) {
      throw new IllegalStateException("this broker has not logged in to Kerberos yet");
    }
    return current;
  }

  /** A broker has nobody who could type a password. */
  private static final class NobodyToAsk implements CallbackHandler {
    @Override
    public void handle(Callback[] callbacks) throws UnsupportedCallbackException {
      throw new UnsupportedCallbackException(
          callbacks[0], "there is no key or ticket, and nobody to be asked for a password");
    }
  }
}
