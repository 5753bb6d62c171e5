package org.odradek.broker.main;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.authentication.AlterUserScramCredentialsHandler;
import org.odradek.broker.authentication.ClientCredentials;
import org.odradek.broker.authentication.DescribeUserScramCredentialsHandler;
import org.odradek.broker.authentication.JaasEntry;
import org.odradek.broker.authentication.JaasException;
import org.odradek.broker.authentication.JaasFile;
import org.odradek.broker.authentication.JaasLogins;
import org.odradek.broker.authentication.PlainClient;
import org.odradek.broker.authentication.PlainMechanism;
import org.odradek.broker.authentication.SaslAuthenticateHandler;
import org.odradek.broker.authentication.SaslClientMechanism;
import org.odradek.broker.authentication.SaslHandshakeHandler;
import org.odradek.broker.authentication.SaslListener;
import org.odradek.broker.authentication.SaslMechanism;
import org.odradek.broker.authentication.ScramClient;
import org.odradek.broker.authentication.ScramHash;
import org.odradek.broker.authentication.ScramMechanism;
import org.odradek.broker.authentication.TokenLogins;
import org.odradek.broker.authentication.UserCredentials;
import org.odradek.broker.authentication.gssapi.GssapiMechanism;
import org.odradek.broker.authentication.oauthbearer.OAuthBearerMechanism;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.ConfigGuard;
import org.odradek.broker.config.ConfigKey;
import org.odradek.broker.config.DelegationKeys;
import org.odradek.broker.config.DynamicConfigs;
import org.odradek.broker.config.OAuthBearerKeys;
import org.odradek.broker.config.PasswordKeys;
import org.odradek.broker.config.SaslKeys;
import org.odradek.broker.config.Secret;
import org.odradek.broker.quota.SanitizedName;
import org.odradek.controller.config.ConfigStore;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads SASL of listeners, and of this broker as a client, out of the configuration; mechanisms and
 * inline JAAS configurations of listeners can be changed while running.
 */
final class SaslServices {
  private static final Logger log = LoggerFactory.getLogger(SaslServices.class);

  /** What a listener's mechanisms are made of; read again when changed. */
  private static final Set<ConfigKey<?>> DYNAMIC =
      Set.of(
          SaslKeys.SASL_ENABLED_MECHANISMS,
          SaslKeys.SASL_JAAS_CONFIG,
          SaslKeys.SASL_KERBEROS_PRINCIPAL_TO_LOCAL_RULES);

  private final BrokerConfig initial;
  private final JaasFile file;
  private final OAuthBearerServices oauthBearer;
  private final KerberosServices kerberos;
  private final UserCredentials users = new UserCredentials();
  private final TokenLogins tokens;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, SaslListener> listeners = new HashMap<>();
  private final Map<MechanismKey, SaslMechanism> mechanisms = new HashMap<>();

  /** What listeners were last to have, be it that they have it or not. Guarded by this. */
  private final Map<String, BrokerConfig> wanted = new HashMap<>();

  /** All that a mechanism is made of: one that has been changed is made anew. */
  private record MechanismKey(String listenerName, String name, List<JaasEntry> entries) {}

  /**
   * @param tokens delegation tokens, which clients can log in with by SCRAM
   */
  SaslServices(
      BrokerConfig config,
      OAuthBearerServices oauthBearer,
      KerberosServices kerberos,
      TokenLogins tokens) {
    this.initial = config;
    this.oauthBearer = oauthBearer;
    this.kerberos = kerberos;
    this.tokens = tokens;
    this.file = jaasFile();
  }

  private static @Nullable String inlineJaas(BrokerConfig config, String key) {
    Secret text = config.optional(new ConfigKey<>(key, SaslKeys.SASL_JAAS_CONFIG.type()));
    return text == null ? null : text.text();
  }

  private static JaasFile jaasFile() {
    try {
      return JaasFile.ofSystemProperty();
    } catch (JaasException e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * SASL of a listener; called once for each that has it.
   *
   * @throws ConfigException for mechanisms that are not there, or have nobody who could log in
   */
  SaslListener listener(String listenerName) {
    SaslListener listener = new SaslListener(listenerName, settings(initial, listenerName));
    listeners.put(listenerName, listener);
    noteUsed();
    return listener;
  }

  private SaslListener.Settings settings(BrokerConfig config, String listenerName) {
    List<SaslMechanism> mechanisms = new ArrayList<>();
    Map<String, Long> maxReauthMs = new HashMap<>();
    List<String> names = config.value(listenerName, SaslKeys.SASL_ENABLED_MECHANISMS);
    if (names.isEmpty()) {
      throw new ConfigException(
          SaslKeys.SASL_ENABLED_MECHANISMS.name(),
          "",
          "the listener " + listenerName + " needs at least one mechanism");
    }
    for (String name : names) {
      refuseHandlers(config, listenerName, name);
      mechanisms.add(
          name.equals(GssapiMechanism.NAME)
              ? gssapi(config, listenerName)
              : mechanism(
                  new MechanismKey(listenerName, name, entries(config, listenerName, name))));
      Long reauthMs = ofMechanism(config, listenerName, name, SaslKeys.CONNECTIONS_MAX_REAUTH_MS);
      if (reauthMs != null && reauthMs > 0) {
        maxReauthMs.put(name, reauthMs);
      }
    }
    return new SaslListener.Settings(
        mechanisms,
        config.value(listenerName, SaslKeys.SASL_SERVER_MAX_RECEIVE_SIZE),
        config.value(SaslKeys.CONNECTION_FAILED_AUTHENTICATION_DELAY_MS),
        SaslListener.LOGIN_MAX_MS,
        maxReauthMs);
  }

  /** The value of {@code listener.name.<l>.<mechanism>.<key>}, else as for any listener key. */
  private static <T> @Nullable T ofMechanism(
      BrokerConfig config, String listenerName, String mechanism, ConfigKey<T> key) {
    String prefix = mechanism.toLowerCase(Locale.ROOT) + ".";
    T own = config.optional(listenerName, new ConfigKey<>(prefix + key.name(), key.type()));
    return own == null ? config.optional(listenerName, key) : own;
  }

  /** The one that is there, where nothing of it has changed: it may fetch keys, or hold them. */
  private synchronized SaslMechanism mechanism(MechanismKey key) {
    SaslMechanism known = mechanisms.get(key);
    if (known == null) {
      known = make(key);
      mechanisms.put(key, known);
    }
    return known;
  }

  /** Made anew each time: what it holds is kept elsewhere, as long as it is used. */
  private SaslMechanism gssapi(BrokerConfig config, String listenerName) {
    return kerberos.mechanism(
        listenerName,
        entries(config, listenerName, GssapiMechanism.NAME),
        config.value(listenerName, SaslKeys.SASL_KERBEROS_PRINCIPAL_TO_LOCAL_RULES));
  }

  /** One's own way to judge passwords is not called; those of the file must not do in its place. */
  private static void refuseHandlers(BrokerConfig config, String listenerName, String mechanism) {
    ConfigKey<String> key = OAuthBearerKeys.SASL_SERVER_CALLBACK_HANDLER_CLASS;
    String handler = ofMechanism(config, listenerName, mechanism, key);
    if (handler != null && !mechanism.equals(OAuthBearerMechanism.NAME)) {
      throw new ConfigException(
          key.name(),
          handler,
          "callback handlers of your own are not called; %s on listener %s has the users of %s"
              .formatted(
                  mechanism,
                  listenerName,
                  mechanism.equals(PlainMechanism.NAME) ? "its JAAS section" : "ZooKeeper"));
    }
  }

  private SaslMechanism make(MechanismKey key) {
    String listenerName = key.listenerName();
    String name = key.name();
    List<JaasEntry> entries = key.entries();
    return switch (name) {
      case PlainMechanism.NAME -> plain(listenerName, entries);
      case OAuthBearerMechanism.NAME -> oauthBearer.mechanism(listenerName, entries);
      case "SCRAM-SHA-256", "SCRAM-SHA-512" ->
          new ScramMechanism(hash(name), users, tokens, random, sharedSecret(initial));
      default ->
          throw new ConfigException(
              SaslKeys.SASL_ENABLED_MECHANISMS.name(),
              name,
              "this mechanism is not there; those that are: "
                  + PlainMechanism.NAME
                  + ", SCRAM-SHA-256, SCRAM-SHA-512, "
                  + GssapiMechanism.NAME
                  + ", "
                  + OAuthBearerMechanism.NAME);
    };
  }

  private static PlainMechanism plain(String listenerName, List<JaasEntry> entries) {
    PlainMechanism made = PlainMechanism.of(entries);
    if (!made.hasUsers()) {
      log.warn(
          "Nobody can log in by PLAIN on listener {}: there is no user_NAME=\"PASSWORD\" of {} in"
              + " {}",
          listenerName,
          JaasEntry.PLAIN,
          entries);
    }
    return made;
  }

  /**
   * What all brokers of a cluster have in their configuration, if they have it, and nobody else.
   */
  private static byte @Nullable [] sharedSecret(BrokerConfig config) {
    Secret secret = DelegationKeys.secretKey(config);
    if (secret == null) {
      secret = config.optional(PasswordKeys.PASSWORD_ENCODER_SECRET);
    }
    return secret == null || secret.text().isEmpty()
        ? null
        : secret.text().getBytes(StandardCharsets.UTF_8);
  }

  private static ScramHash hash(String mechanism) {
    return Objects.requireNonNull(ScramHash.forMechanism(mechanism));
  }

  private List<JaasEntry> entries(BrokerConfig config, String listenerName, String mechanism) {
    try {
      return new JaasLogins(file, key -> inlineJaas(config, key)).entries(listenerName, mechanism);
    } catch (JaasException e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
  }

  /**
   * How this broker logs in to others by the given listener.
   *
   * @throws ConfigException if it has nothing to log in with
   */
  SaslClientMechanism client(String listenerName) {
    String name = initial.value(SaslKeys.SASL_MECHANISM_INTER_BROKER_PROTOCOL);
    if (!initial.value(listenerName, SaslKeys.SASL_ENABLED_MECHANISMS).contains(name)) {
      throw new ConfigException(
          SaslKeys.SASL_MECHANISM_INTER_BROKER_PROTOCOL.name(),
          name,
          "it is not among sasl.enabled.mechanisms of the listener "
              + listenerName
              + ", which brokers use among themselves");
    }
    return switch (name) {
      case PlainMechanism.NAME -> new PlainClient(credentials(listenerName, name, JaasEntry.PLAIN));
      case OAuthBearerMechanism.NAME ->
          oauthBearer.client(listenerName, entries(initial, listenerName, name));
      case GssapiMechanism.NAME ->
          kerberos.client(listenerName, entries(initial, listenerName, name));
      case "SCRAM-SHA-256", "SCRAM-SHA-512" ->
          new ScramClient(hash(name), credentials(listenerName, name, JaasEntry.SCRAM), random);
      default ->
          throw new ConfigException(
              SaslKeys.SASL_MECHANISM_INTER_BROKER_PROTOCOL.name(),
              name,
              "brokers cannot log in to each other by it here");
    };
  }

  private ClientCredentials credentials(String listenerName, String mechanism, String moduleClass) {
    try {
      return ClientCredentials.of(
          entries(initial, listenerName, mechanism),
          moduleClass,
          "the JAAS configuration of the listener " + listenerName);
    } catch (JaasException e) {
      throw new ConfigException(String.valueOf(e.getMessage()));
    }
  }

  /** Called before settings are read from ZooKeeper: the credentials are among them. */
  void follow(DynamicConfigs configs) {
    configs.followOthers(users);
    if (listeners.isEmpty()) {
      return;
    }
    configs.subscribe(DYNAMIC, this::reload);
    configs.guard(
        DYNAMIC,
        new ConfigGuard() {
          @Override
          public CompletableFuture<Void> check(BrokerConfig after) {
            return SaslServices.this.check(after);
          }

          @Override
          public void written(BrokerConfig after) {
            // heard of by the change itself
          }
        });
  }

  /**
   * Whether listeners can have this; this broker logs in to Kerberos with it as they would.
   *
   * @return fails with a {@link ConfigException} if they cannot
   */
  CompletableFuture<Void> check(BrokerConfig after) {
    List<CompletableFuture<Void>> tried = new ArrayList<>();
    try {
      for (String listenerName : listeners.keySet()) {
        if (hasGssapi(after, listenerName)) {
          tried.add(
              kerberos.tryOut(listenerName, entries(after, listenerName, GssapiMechanism.NAME)));
        }
      }
    } catch (ConfigException e) {
      return CompletableFuture.failedFuture(e);
    }
    return CompletableFuture.allOf(tried.toArray(CompletableFuture[]::new))
        .thenRun(() -> listeners.keySet().forEach(name -> settings(after, name)));
  }

  private static boolean hasGssapi(BrokerConfig config, String listenerName) {
    return config
        .value(listenerName, SaslKeys.SASL_ENABLED_MECHANISMS)
        .contains(GssapiMechanism.NAME);
  }

  private void reload(BrokerConfig config) {
    for (String name : listeners.keySet()) {
      synchronized (this) {
        wanted.put(name, config);
      }
      tryAndTake(name, config);
    }
  }

  /**
   * Lets a listener have its settings once this broker can log in to Kerberos with them. What came
   * by request has been tried then; what somebody wrote into ZooKeeper himself has not.
   */
  private void tryAndTake(String listenerName, BrokerConfig config) {
    if (!isWanted(listenerName, config)) {
      return;
    }
    CompletableFuture<Void> loggedIn;
    try {
      loggedIn =
          hasGssapi(config, listenerName)
              ? kerberos.awaitLogin(
                  listenerName, entries(config, listenerName, GssapiMechanism.NAME))
              : CompletableFuture.completedFuture(null);
    } catch (ConfigException e) {
      loggedIn = CompletableFuture.completedFuture(null); // it is told of when it is taken
    }
    var unused =
        loggedIn.whenComplete((done, failure) -> takeIfWanted(listenerName, config, failure));
  }

  /** If not, the listener is to have something else by now. */
  private synchronized boolean isWanted(String listenerName, BrokerConfig config) {
    return wanted.get(listenerName) == config;
  }

  private synchronized void takeIfWanted(
      String listenerName, BrokerConfig config, @Nullable Throwable failure) {
    SaslListener listener = listeners.get(listenerName);
    if (listener == null || !isWanted(listenerName, config)) {
      return;
    }
    if (failure != null) {
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      log.error(
          "SASL of listener {} stays as it was, what it is to have is tried again within {} ms: {}",
          listenerName,
          KerberosServices.AGAIN_MS,
          cause.getMessage());
      kerberos.doAgain(listenerName, () -> tryAndTake(listenerName, config));
      return;
    }
    try {
      listener.settings(settings(config, listenerName));
    } catch (ConfigException e) {
      log.error("SASL of listener {} stays as it was: {}", listenerName, e.getMessage());
    } catch (RuntimeException e) {
      log.error("SASL of listener {} stays as it was", listenerName, e);
    }
    forgetUnused();
    noteUsed();
  }

  private void noteUsed() {
    kerberos.used(
        listeners.values().stream()
            .flatMap(listener -> listener.settings().mechanisms().stream())
            .toList());
  }

  private synchronized void forgetUnused() {
    mechanisms
        .values()
        .removeIf(mechanism ->
            listeners.values().stream()
                .noneMatch(listener -> listener.settings().mechanisms().contains(mechanism)));
  }

  /** The listeners that have SASL. */
  Collection<SaslListener> listeners() {
    return listeners.values();
  }

  /**
   * @param isController whether this broker is the controller now
   */
  void register(HandlerRegistry handlers, ZooKeeperSession session, BooleanSupplier isController) {
    ZooKeeperConfigs store = new ZooKeeperConfigs(new ConfigStore(session));
    handlers
        .register(new SaslHandshakeHandler())
        .register(new SaslAuthenticateHandler())
        .register(new DescribeUserScramCredentialsHandler(users))
        .register(
            new AlterUserScramCredentialsHandler(
                isController,
                (user, change) ->
                    store.change(new ConfigEntity("users/" + SanitizedName.of(user)), change)));
  }
}
