package org.odradek.broker.main;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.authentication.JaasEntry;
import org.odradek.broker.authentication.SaslClientMechanism;
import org.odradek.broker.authentication.SaslMechanism;
import org.odradek.broker.authentication.gssapi.GssapiClient;
import org.odradek.broker.authentication.gssapi.GssapiMechanism;
import org.odradek.broker.authentication.gssapi.KerberosLogin;
import org.odradek.broker.authentication.gssapi.LocalNames;
import org.odradek.broker.authentication.gssapi.RenewalRules;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.SaslKeys;
import org.odradek.broker.config.SecretFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads GSSAPI out of the configuration, and keeps this broker logged in to Kerberos.
 *
 * <p>Tokens are judged, tickets asked for, own logins renewed and others tried by threads of their
 * own for each, that end when they are idle: all may wait for servers of names and tickets, and
 * none for what the others wait for.
 */
final class KerberosServices implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(KerberosServices.class);
  private static final long TICK_MS = 1_000;

  /** How long after a login that failed it is tried again. */
  static final long AGAIN_MS = 60_000;

  private static final int THREADS = 4;
  private static final int IDLE_SECONDS = 30;

  /**
   * Logins that wait for a thread; more are closed, and try again. Each holds a token: of a first
   * login it counts as what is received before it does, of one who is in already and authenticates
   * again as other requests do.
   */
  private static final int WAITING_MAX = 1_000;

  private final BrokerConfig initial;
  private final InstantSource clock;
  private final ThreadPoolExecutor judges = pool("kerberos");
  private final ThreadPoolExecutor askers = pool("kerberos-client");
  private final ThreadPoolExecutor renewers = pool("kerberos-login");
  private final ThreadPoolExecutor triers = pool("kerberos-trial");
  private final KerberosLogins logins = new KerberosLogins(renewers, triers);

  /** What could not log in and is tried again, by listener. */
  private final Map<String, Runnable> again = new ConcurrentHashMap<>();

  private long lastAgainMs;
  private volatile @Nullable KerberosLogin ofClient;

  /** Logins count from here: the first are made long before {@link #start}, as logs are opened. */
  private final long startNs = System.nanoTime();

  private volatile boolean isStarted;

  KerberosServices(BrokerConfig config, InstantSource clock) {
    this.initial = config;
    this.clock = clock;
  }

  private static ThreadPoolExecutor pool(String name) {
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(WAITING_MAX),
            task -> {
              Thread thread = new Thread(task, name + "-" + number.getAndIncrement());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  /**
   * The mechanism of a listener. Before the start this broker logs in to Kerberos at once, and
   * waits for it.
   *
   * @param entries of its JAAS configuration
   * @param rules which users principals are, as of the configuration that the mechanism is for
   * @throws ConfigException if it cannot log in, nothing says as whom, or the rules cannot be read
   */
  SaslMechanism mechanism(String listenerName, List<JaasEntry> entries, List<String> rules) {
    JaasEntry entry = module(listenerName, entries);
    serviceName(listenerName, entry); // as in Kafka it has to be there, also where it is not used
    LocalNames names = names(rules);
    return new GssapiMechanism(login(listenerName, entry), names, judges);
  }

  /**
   * How this broker logs in to others by the given listener.
   *
   * @throws ConfigException as {@link #mechanism}
   */
  SaslClientMechanism client(String listenerName, List<JaasEntry> entries) {
    JaasEntry entry = module(listenerName, entries);
    KerberosLogin login = login(listenerName, entry);
    ofClient = login;
    return new GssapiClient(login, serviceName(listenerName, entry), askers);
  }

  /**
   * Logs in with what a listener is to have next, if that is not done.
   *
   * @return fails with a {@link ConfigException} when it cannot
   */
  CompletableFuture<Void> tryOut(String listenerName, List<JaasEntry> entries) {
    JaasEntry entry;
    try {
      entry = module(listenerName, entries);
    } catch (ConfigException e) {
      return CompletableFuture.failedFuture(e);
    }
    return logins
        .tryOut(entry, () -> make(listenerName, entry))
        .exceptionallyCompose(
            failure -> CompletableFuture.failedFuture(refused(listenerName, failure)));
  }

  /**
   * As {@link #tryOut}, where that is not done, and where {@link #mechanism} would not wait for it;
   * what cannot even be tried is left to that.
   */
  CompletableFuture<Void> awaitLogin(String listenerName, List<JaasEntry> entries) {
    boolean isToBeTried =
        isStarted
            && entries.stream()
                .filter(entry -> entry.moduleClass().equals(KerberosLogin.MODULE))
                .findFirst()
                .map(entry -> !logins.isLoggedIn(entry))
                .orElse(false);
    return isToBeTried ? tryOut(listenerName, entries) : CompletableFuture.completedFuture(null);
  }

  /** Does something within {@link #AGAIN_MS}, in place of what was to be done for the listener. */
  void doAgain(String listenerName, Runnable task) {
    again.put(listenerName, task);
  }

  /** Listeners for which something is to be done again. */
  int waiting() {
    return again.size();
  }

  /** These are the mechanisms of all listeners from now on: other logins are not renewed. */
  void used(Collection<SaslMechanism> mechanisms) {
    logins.used(login ->
        login == ofClient
            || mechanisms.stream()
                .anyMatch(each -> each instanceof GssapiMechanism gssapi && gssapi.uses(login)));
  }

  private static JaasEntry module(String listenerName, List<JaasEntry> entries) {
    for (JaasEntry entry : entries) {
      if (entry.moduleClass().equals(KerberosLogin.MODULE)) {
        return entry;
      }
    }
    throw new ConfigException(
        "The listener %s has GSSAPI, but its JAAS configuration no login module %s, only %s"
            .formatted(listenerName, KerberosLogin.MODULE, entries));
  }

  private String serviceName(String listenerName, JaasEntry entry) {
    String configured = initial.optional(listenerName, SaslKeys.SASL_KERBEROS_SERVICE_NAME);
    String option = entry.option("serviceName");
    if (configured != null && option != null && !configured.equals(option)) {
      throw new ConfigException(
          SaslKeys.SASL_KERBEROS_SERVICE_NAME.name(),
          configured,
          "the login module of the listener " + listenerName + " has serviceName=" + option);
    }
    String name = configured != null ? configured : option;
    if (name == null) {
      throw new ConfigException(
          SaslKeys.SASL_KERBEROS_SERVICE_NAME.name()
              + " is not set, which GSSAPI of the listener "
              + listenerName
              + " needs: it is what the principals of all brokers begin with, before the / (mostly"
              + " kafka)");
    }
    return name;
  }

  /** The login of an entry, which is made where there is none. */
  KerberosLogin login(String listenerName, JaasEntry entry) {
    if (isStarted) {
      return logins.logInSoon(entry, () -> make(listenerName, entry));
    }
    try {
      return logins.logIn(entry, () -> make(listenerName, entry));
    } catch (IOException e) {
      throw refused(listenerName, e);
    }
  }

  private static ConfigException refused(String listenerName, Throwable failure) {
    return new ConfigException(
        "GSSAPI of the listener " + listenerName + ": " + failure.getMessage());
  }

  private KerberosLogin make(String listenerName, JaasEntry entry) {
    warnOfOpenKeyTable(entry);
    return new KerberosLogin(entry, renewal(listenerName), clock, new SplittableRandom());
  }

  private static void warnOfOpenKeyTable(JaasEntry entry) {
    String keyTab = entry.option("keyTab");
    String warning =
        keyTab == null ? null : SecretFiles.warning(Path.of(keyTab), "this broker's Kerberos key");
    if (warning != null) {
      log.warn(warning);
    }
  }

  private RenewalRules renewal(String listenerName) {
    return new RenewalRules(
        initial.value(listenerName, SaslKeys.SASL_KERBEROS_TICKET_RENEW_WINDOW_FACTOR),
        initial.value(listenerName, SaslKeys.SASL_KERBEROS_TICKET_RENEW_JITTER),
        initial.value(listenerName, SaslKeys.SASL_KERBEROS_MIN_TIME_BEFORE_RELOGIN));
  }

  private static LocalNames names(List<String> rules) {
    try {
      return LocalNames.of(rules, LocalNames.defaultRealm());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          SaslKeys.SASL_KERBEROS_PRINCIPAL_TO_LOCAL_RULES.name(),
          String.join(",", rules),
          String.valueOf(e.getMessage()));
    }
  }

  /** Renews logins from now on, and ends those that are not used. */
  void start(BrokerThreads threads) {
    begin();
    var unused =
        threads
            .scheduler()
            .scheduleWithFixedDelay(
                () -> tick(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs)),
                TICK_MS,
                TICK_MS,
                TimeUnit.MILLISECONDS);
  }

  /** From now on nobody waits for a login here. */
  void begin() {
    isStarted = true;
  }

  /** Does what is due at a time, as {@link KerberosLogins#tick}. */
  void tick(long atMs) {
    logins.tick(atMs);
    if (atMs - lastAgainMs >= AGAIN_MS) {
      lastAgainMs = atMs;
      for (String listenerName : List.copyOf(again.keySet())) {
        Runnable task = again.remove(listenerName);
        if (task != null) {
          doNow(listenerName, task);
        }
      }
    }
  }

  /** A failure here must not end the renewal of logins. */
  private static void doNow(String listenerName, Runnable task) {
    try {
      task.run();
    } catch (RuntimeException e) {
      log.error("Taking the settings of listener {} failed", listenerName, e);
    }
  }

  @Override
  public void close() {
    for (ThreadPoolExecutor pool : List.of(judges, askers, renewers, triers)) {
      pool.shutdownNow();
    }
  }
}
