package org.odradek.broker.tls;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.ConfigKey;
import org.odradek.broker.config.Secret;
import org.odradek.broker.config.SslKeys;

/**
 * The {@code ssl.*} settings of one listener, by which its connections come in and, where it is the
 * one that brokers use among themselves, go out.
 *
 * @param keyStore null where none is given; a listener needs one
 * @param trustStore null for the certificates that the JVM trusts
 * @param protocols never empty
 * @param cipherSuites empty for the usual ones
 * @param checksHostNames of the brokers that this one connects to
 * @param provider a security provider of the JVM; null for the fastest engine that there is
 */
record TlsSettings(
    String listenerName,
    @Nullable StoreSource keyStore,
    @Nullable StoreSource trustStore,
    ClientAuth clientAuth,
    PrincipalMapping principals,
    String protocol,
    List<String> protocols,
    List<String> cipherSuites,
    boolean checksHostNames,
    String keyManagerAlgorithm,
    String trustManagerAlgorithm,
    @Nullable String provider,
    @Nullable String secureRandom,
    boolean mayChangeNames,
    boolean mayLoseAlternativeNames) {
  private static final String PEM = "PEM";

  /** Whether clients show a certificate: {@code ssl.client.auth}. */
  enum ClientAuth {
    NONE,
    REQUESTED,
    REQUIRED
  }

  /**
   * @param withSasl whether clients of the listener log in; then they show certificates only where
   *     that is asked for this very listener
   * @throws ConfigException when settings do not fit together; no file is looked at
   */
  static TlsSettings of(BrokerConfig config, String listenerName, boolean withSasl) {
    return new Reader(config, listenerName).settings(withSasl);
  }

  /** Finds the values for one listener, and their names for messages. */
  private static final class Reader {
    private final BrokerConfig config;
    private final String listener;

    Reader(BrokerConfig config, String listener) {
      this.config = config;
      this.listener = listener;
    }

    TlsSettings settings(boolean withSasl) {
      refuseOtherEngines();
      String identification = text(SslKeys.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM);
      if (identification != null && !identification.equalsIgnoreCase("https")) {
        throw new ConfigException(
            name(SslKeys.SSL_ENDPOINT_IDENTIFICATION_ALGORITHM),
            identification,
            "must be https, or empty for no check");
      }
      List<String> protocols = config.value(listener, SslKeys.SSL_ENABLED_PROTOCOLS);
      String protocol = config.value(listener, SslKeys.SSL_PROTOCOL);
      return new TlsSettings(
          listener,
          keyStore(),
          trustStore(),
          clientAuth(withSasl),
          PrincipalMapping.of(config.value(listener, SslKeys.SSL_PRINCIPAL_MAPPING_RULES)),
          protocol,
          protocols.isEmpty() ? List.of(protocol) : protocols,
          config.value(listener, SslKeys.SSL_CIPHER_SUITES),
          identification != null,
          config.value(listener, SslKeys.SSL_KEYMANAGER_ALGORITHM),
          config.value(listener, SslKeys.SSL_TRUSTMANAGER_ALGORITHM),
          text(SslKeys.SSL_PROVIDER),
          text(SslKeys.SSL_SECURE_RANDOM_IMPLEMENTATION),
          config.value(listener, SslKeys.SSL_ALLOW_DN_CHANGES),
          config.value(listener, SslKeys.SSL_ALLOW_SAN_CHANGES));
    }

    private ClientAuth clientAuth(boolean withSasl) {
      boolean isOwn = !name(SslKeys.SSL_CLIENT_AUTH).equals(SslKeys.SSL_CLIENT_AUTH.name());
      return withSasl && !isOwn
          ? ClientAuth.NONE
          : ClientAuth.valueOf(
              config.value(listener, SslKeys.SSL_CLIENT_AUTH).toUpperCase(Locale.ROOT));
    }

    private void refuseOtherEngines() {
      String engines = text(SslKeys.SSL_ENGINE_FACTORY_CLASS);
      if (engines != null) {
        throw new ConfigException(
            name(SslKeys.SSL_ENGINE_FACTORY_CLASS),
            engines,
            "classes of your own are not called; leave it out to use the built-in one");
      }
    }

    private @Nullable StoreSource keyStore() {
      String type = config.value(listener, SslKeys.SSL_KEYSTORE_TYPE);
      String location = text(SslKeys.SSL_KEYSTORE_LOCATION);
      Secret password = config.optional(listener, SslKeys.SSL_KEYSTORE_PASSWORD);
      Secret keyPassword = config.optional(listener, SslKeys.SSL_KEY_PASSWORD);
      Secret key = config.optional(listener, SslKeys.SSL_KEYSTORE_KEY);
      Secret chain = config.optional(listener, SslKeys.SSL_KEYSTORE_CERTIFICATE_CHAIN);
      boolean pem = type.equalsIgnoreCase(PEM);
      if (key != null || chain != null) {
        requirePem(pem, SslKeys.SSL_KEYSTORE_TYPE, type);
        refuseBoth(SslKeys.SSL_KEYSTORE_KEY, location, SslKeys.SSL_KEYSTORE_LOCATION);
        if (key == null || chain == null) {
          throw new ConfigException(
              name(key == null ? SslKeys.SSL_KEYSTORE_KEY : SslKeys.SSL_KEYSTORE_CERTIFICATE_CHAIN)
                  + " is not set, but a private key and its certificate chain go together");
        }
        return new StoreSource.InSettings(name(SslKeys.SSL_KEYSTORE_KEY), key, chain, keyPassword);
      }
      if (location == null) {
        return null;
      }
      String file = name(SslKeys.SSL_KEYSTORE_LOCATION);
      if (pem) {
        refusePassword(SslKeys.SSL_KEYSTORE_PASSWORD, password);
        return new StoreSource.InPemFile(file, path(file, location), true, keyPassword);
      }
      if (password == null) {
        throw new ConfigException(
            file, location, "its password is missing: set " + name(SslKeys.SSL_KEYSTORE_PASSWORD));
      }
      return new StoreSource.InFile(file, type, path(file, location), password, keyPassword);
    }

    private @Nullable StoreSource trustStore() {
      String type = config.value(listener, SslKeys.SSL_TRUSTSTORE_TYPE);
      String location = text(SslKeys.SSL_TRUSTSTORE_LOCATION);
      Secret password = config.optional(listener, SslKeys.SSL_TRUSTSTORE_PASSWORD);
      Secret certificates = config.optional(listener, SslKeys.SSL_TRUSTSTORE_CERTIFICATES);
      boolean pem = type.equalsIgnoreCase(PEM);
      if (certificates != null) {
        requirePem(pem, SslKeys.SSL_TRUSTSTORE_TYPE, type);
        refuseBoth(SslKeys.SSL_TRUSTSTORE_CERTIFICATES, location, SslKeys.SSL_TRUSTSTORE_LOCATION);
        return new StoreSource.InSettings(
            name(SslKeys.SSL_TRUSTSTORE_CERTIFICATES), null, certificates, null);
      }
      if (location == null) {
        return null;
      }
      String file = name(SslKeys.SSL_TRUSTSTORE_LOCATION);
      if (pem) {
        refusePassword(SslKeys.SSL_TRUSTSTORE_PASSWORD, password);
        return new StoreSource.InPemFile(file, path(file, location), false, null);
      }
      return new StoreSource.InFile(file, type, path(file, location), password, null);
    }

    private void requirePem(boolean pem, ConfigKey<String> key, String type) {
      if (!pem) {
        throw new ConfigException(
            name(key), type, "must be PEM where keys or certificates are in the settings");
      }
    }

    private void refuseBoth(ConfigKey<?> given, @Nullable String location, ConfigKey<?> other) {
      if (location != null) {
        throw new ConfigException(
            "Both " + name(given) + " and " + name(other) + " are set: only one can be used");
      }
    }

    private void refusePassword(ConfigKey<Secret> key, @Nullable Secret password) {
      if (password != null) {
        throw new ConfigException(
            key.name(),
            password,
            "stores in PEM form have no password; that of a private key is ssl.key.password");
      }
    }

    private static Path path(String key, String location) {
      try {
        return Path.of(location);
      } catch (InvalidPathException e) {
        throw new ConfigException(key, location, "it is no name of a file: " + e.getReason());
      }
    }

    private @Nullable String text(ConfigKey<String> key) {
      String value = config.optional(listener, key);
      return value == null || value.isBlank() ? null : value;
    }

    /** The name that the value stands at. */
    private String name(ConfigKey<?> key) {
      String prefixed = "listener.name." + listener.toLowerCase(Locale.ROOT) + "." + key.name();
      return config.settings().containsKey(prefixed) ? prefixed : key.name();
    }
  }
}
