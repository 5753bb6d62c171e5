package org.odradek.broker.main;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.authentication.JaasEntry;
import org.odradek.broker.authentication.Refresher;
import org.odradek.broker.authentication.SaslClientMechanism;
import org.odradek.broker.authentication.SaslMechanism;
import org.odradek.broker.authentication.oauthbearer.ClientCredentialsGrant;
import org.odradek.broker.authentication.oauthbearer.JsonWebKeys;
import org.odradek.broker.authentication.oauthbearer.OAuthBearerClient;
import org.odradek.broker.authentication.oauthbearer.OAuthBearerMechanism;
import org.odradek.broker.authentication.oauthbearer.OwnToken;
import org.odradek.broker.authentication.oauthbearer.SignedTokenRules;
import org.odradek.broker.authentication.oauthbearer.SignedTokens;
import org.odradek.broker.authentication.oauthbearer.TextSources;
import org.odradek.broker.authentication.oauthbearer.TokenValidator;
import org.odradek.broker.authentication.oauthbearer.UnsecuredTokens;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.ConfigKey;
import org.odradek.broker.config.OAuthBearerKeys;
import org.odradek.broker.config.Secret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads OAUTHBEARER out of the configuration, and has keys and tokens fetched. */
final class OAuthBearerServices {
  private static final Logger log = LoggerFactory.getLogger(OAuthBearerServices.class);
  private static final long TICK_MS = 1_000;
  private static final String SIGNED_HANDLER = ".OAuthBearerValidatorCallbackHandler";
  private static final String UNSECURED_HANDLER = ".OAuthBearerUnsecuredValidatorCallbackHandler";
  private static final String LOGIN_MODULE = ".OAuthBearerLoginModule";
  private static final String UNSECURED_OPTION = "unsecured";

  private final BrokerConfig config;
  private final InstantSource clock;
  private final Map<String, JsonWebKeys> keysByUrl = new ConcurrentHashMap<>();
  private final List<Refresher> refreshers = new CopyOnWriteArrayList<>();

  OAuthBearerServices(BrokerConfig config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
  }

  /** The keys of one listener: with the mechanism as a prefix, without, and of all listeners. */
  private final class Lookup {
    private final String listener;

    Lookup(String listener) {
      this.listener = listener;
    }

    <T> @Nullable T optional(ConfigKey<T> key) {
      T own = config.optional(listener, new ConfigKey<>("oauthbearer." + key.name(), key.type()));
      return own == null ? config.optional(listener, key) : own;
    }

    <T> T value(ConfigKey<T> key) {
      T value = optional(key);
      return value == null ? config.value(key) : value;
    }

    TextSources.Timeouts timeouts() {
      Integer connectMs = optional(OAuthBearerKeys.SASL_LOGIN_CONNECT_TIMEOUT_MS);
      Integer readMs = optional(OAuthBearerKeys.SASL_LOGIN_READ_TIMEOUT_MS);
      return new TextSources.Timeouts(
          connectMs == null ? 0 : connectMs, readMs == null ? 0 : readMs);
    }
  }

  /**
   * The mechanism of a listener.
   *
   * @param entries of its JAAS configuration
   * @throws ConfigException if nothing says how tokens are to be checked
   */
  SaslMechanism mechanism(String listenerName, List<JaasEntry> entries) {
    Lookup lookup = new Lookup(listenerName);
    Map<String, String> options = options(entries);
    return new OAuthBearerMechanism(
        isSecured(listenerName, lookup, options)
            ? signed(lookup)
            : unsecured(listenerName, options));
  }

  private static Map<String, String> options(List<JaasEntry> entries) {
    for (JaasEntry entry : entries) {
      if (entry.moduleClass().endsWith(LOGIN_MODULE)) {
        return entry.options();
      }
    }
    return Map.of();
  }

  private static boolean isSecured(
      String listenerName, Lookup lookup, Map<String, String> options) {
    String handler = lookup.optional(OAuthBearerKeys.SASL_SERVER_CALLBACK_HANDLER_CLASS);
    if (handler != null && handler.endsWith(UNSECURED_HANDLER)) {
      return false;
    }
    if (handler != null && !handler.endsWith(SIGNED_HANDLER)) {
      throw new ConfigException(
          OAuthBearerKeys.SASL_SERVER_CALLBACK_HANDLER_CLASS.name(),
          handler,
          "classes of your own are not loaded; OAUTHBEARER has Kafka's"
              + " OAuthBearerValidatorCallbackHandler");
    }
    if (handler != null
        || lookup.optional(OAuthBearerKeys.SASL_OAUTHBEARER_JWKS_ENDPOINT_URL) != null) {
      return true;
    }
    if (options.keySet().stream().anyMatch(option -> option.startsWith(UNSECURED_OPTION))) {
      return false;
    }
    throw new ConfigException(
        "The listener "
            + listenerName
            + " has OAUTHBEARER, but nothing says how tokens are to be checked: set "
            + OAuthBearerKeys.SASL_OAUTHBEARER_JWKS_ENDPOINT_URL.name()
            + " to the keys that they are signed with (or, only to try things out, the option "
            + UnsecuredTokens.OPTION_PREFIX
            + "PrincipalClaimName=\"sub\" of the login module, which lets everybody in)");
  }

  private static TokenValidator checked(TokenValidator validator, String listenerName) {
    log.warn(
        "The listener {} takes OAUTHBEARER tokens without a signature: anybody can be anyone",
        listenerName);
    return validator;
  }

  private TokenValidator unsecured(String listenerName, Map<String, String> options) {
    try {
      return checked(UnsecuredTokens.of(options, clock), listenerName);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          "An option " + UnsecuredTokens.OPTION_PREFIX + "... of the login module is wrong: " + e);
    }
  }

  private TokenValidator signed(Lookup lookup) {
    String url = lookup.optional(OAuthBearerKeys.SASL_OAUTHBEARER_JWKS_ENDPOINT_URL);
    if (url == null) {
      throw new ConfigException(
          OAuthBearerKeys.SASL_OAUTHBEARER_JWKS_ENDPOINT_URL.name()
              + " is not set: OAUTHBEARER needs the keys that tokens are signed with");
    }
    JsonWebKeys keys = keysByUrl.computeIfAbsent(url, key -> keys(key, lookup));
    List<String> audiences = lookup.optional(OAuthBearerKeys.SASL_OAUTHBEARER_EXPECTED_AUDIENCE);
    SignedTokenRules rules =
        new SignedTokenRules(
            audiences == null ? List.of() : audiences,
            lookup.optional(OAuthBearerKeys.SASL_OAUTHBEARER_EXPECTED_ISSUER),
            lookup.value(OAuthBearerKeys.SASL_OAUTHBEARER_CLOCK_SKEW_SECONDS),
            lookup.value(OAuthBearerKeys.SASL_OAUTHBEARER_SCOPE_CLAIM_NAME),
            lookup.value(OAuthBearerKeys.SASL_OAUTHBEARER_SUB_CLAIM_NAME));
    return new SignedTokens(rules, keys, clock);
  }

  /** A file that cannot be read stops the start; a server may come up later. */
  private JsonWebKeys keys(String url, Lookup lookup) {
    long refreshMs = lookup.value(OAuthBearerKeys.SASL_OAUTHBEARER_JWKS_ENDPOINT_REFRESH_MS);
    Refresher.Backoff backoff =
        new Refresher.Backoff(
            lookup.value(OAuthBearerKeys.SASL_OAUTHBEARER_JWKS_ENDPOINT_RETRY_BACKOFF_MS),
            lookup.value(OAuthBearerKeys.SASL_OAUTHBEARER_JWKS_ENDPOINT_RETRY_BACKOFF_MAX_MS));
    JsonWebKeys keys;
    try {
      keys = new JsonWebKeys(url, TextSources.of(url, lookup.timeouts()));
      if (TextSources.isFile(url)) {
        keys.load();
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException(
          OAuthBearerKeys.SASL_OAUTHBEARER_JWKS_ENDPOINT_URL.name() + ": " + e.getMessage());
    }
    refreshers.add(
        new Refresher(
            () -> {
              keys.load();
              return refreshMs;
            },
            backoff,
            keys::isKeyMissed));
    return keys;
  }

  /**
   * How this broker logs in to others by the given listener.
   *
   * @param entries of its JAAS configuration
   * @throws ConfigException if nothing says where its token comes from
   */
  SaslClientMechanism client(String listenerName, List<JaasEntry> entries) {
    Lookup lookup = new Lookup(listenerName);
    Map<String, String> options = options(entries);
    String url = lookup.optional(OAuthBearerKeys.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL);
    String principal = options.get("unsecuredLoginStringClaim_sub");
    if (url == null && principal == null) {
      throw new ConfigException(
          OAuthBearerKeys.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL.name()
              + " is not set: this broker has no token to log in to other brokers with");
    }
    JsonWebKeys.TextSource source =
        url == null
            ? unsecuredTokens(String.valueOf(principal), options)
            : tokens(url, lookup, options);
    OwnToken token =
        new OwnToken(
            url == null ? "the login module's options" : url,
            source,
            new OwnToken.RefreshRules(
                config.value(OAuthBearerKeys.SASL_LOGIN_REFRESH_WINDOW_FACTOR),
                seconds(OAuthBearerKeys.SASL_LOGIN_REFRESH_BUFFER_SECONDS),
                seconds(OAuthBearerKeys.SASL_LOGIN_REFRESH_MIN_PERIOD_SECONDS)),
            clock);
    refreshers.add(
        new Refresher(
            token::fetch,
            new Refresher.Backoff(
                lookup.value(OAuthBearerKeys.SASL_LOGIN_RETRY_BACKOFF_MS),
                lookup.value(OAuthBearerKeys.SASL_LOGIN_RETRY_BACKOFF_MAX_MS)),
            () -> false));
    return new OAuthBearerClient(token);
  }

  private JsonWebKeys.TextSource unsecuredTokens(String principal, Map<String, String> options) {
    try {
      return UnsecuredTokens.source(principal, options, clock);
    } catch (IllegalArgumentException e) {
      throw new ConfigException("The option unsecuredLoginLifetimeSeconds is wrong: " + e);
    }
  }

  private long seconds(ConfigKey<Short> key) {
    return TimeUnit.SECONDS.toMillis(config.value(key));
  }

  private static JsonWebKeys.TextSource tokens(
      String url, Lookup lookup, Map<String, String> options) {
    try {
      if (TextSources.isFile(url)) {
        return TextSources.of(url, lookup.timeouts());
      }
      Secret secret =
          lookup.optional(OAuthBearerKeys.SASL_OAUTHBEARER_CLIENT_CREDENTIALS_CLIENT_SECRET);
      return new ClientCredentialsGrant(
          TextSources.parse(url),
          credential(
              "clientId",
              options,
              lookup.optional(OAuthBearerKeys.SASL_OAUTHBEARER_CLIENT_CREDENTIALS_CLIENT_ID)),
          credential("clientSecret", options, secret == null ? null : secret.text()),
          options.getOrDefault("scope", lookup.optional(OAuthBearerKeys.SASL_OAUTHBEARER_SCOPE)),
          lookup.timeouts());
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          OAuthBearerKeys.SASL_OAUTHBEARER_TOKEN_ENDPOINT_URL.name() + ": " + e.getMessage());
    }
  }

  private static String credential(
      String option, Map<String, String> options, @Nullable String configured) {
    String value = configured == null ? options.get(option) : configured;
    if (value == null) {
      throw new IllegalArgumentException(
          "the option " + option + " of the login module is missing, which the server asks for");
    }
    return value;
  }

  /** Fetches what is needed, and goes on doing so. Returns when all has been tried once. */
  void start(BrokerThreads threads) {
    if (refreshers.isEmpty()) {
      return;
    }
    long start = System.nanoTime();
    refreshers.forEach(refresher -> refresher.tick(0, Runnable::run));
    var unused =
        threads
            .scheduler()
            .scheduleWithFixedDelay(
                () -> {
                  long nowMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
                  refreshers.forEach(refresher -> refresher.tick(nowMs, threads.background()));
                },
                TICK_MS,
                TICK_MS,
                TimeUnit.MILLISECONDS);
  }
}
