package org.odradek.broker.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.CipherSuiteFilter;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ImmediateExecutor;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.SecureRandom;
import java.security.Security;
import java.util.List;
import java.util.concurrent.Executor;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.SslKeys;

/**
 * Makes engines from one state of settings and stores: OpenSSL's where its library loads, else
 * those of the JVM.
 *
 * <p>Thread-safety: immutable. After {@link #release} no new engines can be made; those that are
 * there go on.
 */
final class TlsContext {
  private final SslContext context;
  private final boolean hasLongTasks;

  static {
    // the JVM's engines would let clients ask for a new handshake as often as they like; OpenSSL's
    // never do
    if (System.getProperty("jdk.tls.rejectClientInitiatedRenegotiation") == null) {
      System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }
  }

  private TlsContext(SslContext context, boolean hasLongTasks) {
    this.context = context;
    this.hasLongTasks = hasLongTasks;
  }

  /**
   * For connections that come in.
   *
   * @throws ConfigException when there is no key, or no engine does what the settings ask for
   */
  static TlsContext server(TlsSettings settings, Stores stores) {
    KeyManagerFactory keys = stores.keys();
    if (keys == null) {
      throw new ConfigException(
          "Listener "
              + settings.listenerName()
              + " has no key store: set "
              + SslKeys.SSL_KEYSTORE_LOCATION.name()
              + " and "
              + SslKeys.SSL_KEYSTORE_PASSWORD.name()
              + ", or "
              + SslKeys.SSL_KEYSTORE_KEY.name()
              + " and "
              + SslKeys.SSL_KEYSTORE_CERTIFICATE_CHAIN.name()
              + " with "
              + SslKeys.SSL_KEYSTORE_TYPE.name()
              + "=PEM");
    }
    SslContextBuilder builder =
        SslContextBuilder.forServer(keyManagers(settings, keys))
            .clientAuth(
                switch (settings.clientAuth()) {
                  case NONE -> ClientAuth.NONE;
                  case REQUESTED -> ClientAuth.OPTIONAL;
                  case REQUIRED -> ClientAuth.REQUIRE;
                });
    return build(builder, settings, stores);
  }

  /** For connections to other brokers. */
  static TlsContext client(TlsSettings settings, Stores stores) {
    SslContextBuilder builder =
        SslContextBuilder.forClient()
            .endpointIdentificationAlgorithm(settings.checksHostNames() ? "HTTPS" : null);
    KeyManagerFactory keys = stores.keys();
    if (keys != null) {
      builder.keyManager(keyManagers(settings, keys));
    }
    return build(builder, settings, stores);
  }

  private static TlsContext build(SslContextBuilder builder, TlsSettings settings, Stores stores) {
    checkProtocol(settings);
    builder
        .sslProvider(usesOpenSsl(settings) ? SslProvider.OPENSSL_REFCNT : SslProvider.JDK)
        .trustManager(stores.trusted())
        .protocols(settings.protocols());
    if (!settings.cipherSuites().isEmpty()) {
      CipherSuiteFilter all = IdentityCipherSuiteFilter.INSTANCE;
      builder.ciphers(settings.cipherSuites(), all);
    }
    String provider = settings.provider();
    if (provider != null) {
      builder.sslContextProvider(provider(provider));
    }
    String random = settings.secureRandom();
    if (random != null) {
      builder.secureRandom(secureRandom(random));
    }
    try {
      boolean checksClients = settings.clientAuth() != TlsSettings.ClientAuth.NONE;
      return new TlsContext(builder.build(), checksClients || !usesOpenSsl(settings));
    } catch (SSLException | IllegalArgumentException | UnsupportedOperationException e) {
      throw new ConfigException(
          "TLS of listener "
              + settings.listenerName()
              + " cannot be set up with "
              + SslKeys.SSL_ENABLED_PROTOCOLS.name()
              + "="
              + String.join(",", settings.protocols())
              + " and "
              + SslKeys.SSL_CIPHER_SUITES.name()
              + "="
              + String.join(",", settings.cipherSuites())
              + ": "
              + rootMessage(e));
    }
  }

  /** Settings that only the JVM's engines know decide for them. */
  private static boolean usesOpenSsl(TlsSettings settings) {
    return settings.provider() == null
        && settings.secureRandom() == null
        && OpenSsl.isAvailable()
        && OpenSsl.supportsKeyManagerFactory();
  }

  /** What makes the engines, for the log. */
  static String engineName(TlsSettings settings) {
    if (usesOpenSsl(settings)) {
      return OpenSsl.versionString();
    }
    String provider = settings.provider();
    return "the JVM's" + (provider == null ? "" : " with provider " + provider);
  }

  private static KeyManagerFactory keyManagers(TlsSettings settings, KeyManagerFactory keys) {
    // OpenSSL would turn the key into its own form for each handshake
    return usesOpenSsl(settings) ? new OpenSslCachingX509KeyManagerFactory(keys) : keys;
  }

  private static void checkProtocol(TlsSettings settings) {
    try {
      SSLContext.getInstance(settings.protocol());
    } catch (GeneralSecurityException e) {
      throw new ConfigException(
          SslKeys.SSL_PROTOCOL.name(), settings.protocol(), "there is no such version of TLS");
    }
    List<String> known = List.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");
    for (String protocol : settings.protocols()) {
      if (!known.contains(protocol)) {
        throw new ConfigException(
            SslKeys.SSL_ENABLED_PROTOCOLS.name(), protocol, "must be of " + known);
      }
    }
  }

  private static Provider provider(String name) {
    Provider provider = Security.getProvider(name);
    if (provider == null) {
      throw new ConfigException(
          SslKeys.SSL_PROVIDER.name(), name, "the JVM has no security provider of that name");
    }
    return provider;
  }

  private static SecureRandom secureRandom(String algorithm) {
    try {
      return SecureRandom.getInstance(algorithm);
    } catch (GeneralSecurityException e) {
      throw new ConfigException(
          SslKeys.SSL_SECURE_RANDOM_IMPLEMENTATION.name(),
          algorithm,
          "the JVM has no random number generator of that name");
    }
  }

  private static @Nullable String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  /**
   * An engine for a connection that comes in.
   *
   * @param tasks runs the parts of a handshake that take long; not where there is nothing of the
   *     client's to check, and OpenSSL does the rest: it signs on the event loop in any case, and
   *     what is done there without a detour is what {@link HandshakePacer} measures
   * @throws io.netty.util.IllegalReferenceCountException after {@link #release}
   */
  SslHandler newHandler(ByteBufAllocator allocator, Executor tasks) {
    return hasLongTasks
        ? context.newHandler(allocator, tasks)
        : context.newHandler(allocator, ImmediateExecutor.INSTANCE);
  }

  /** An engine for a connection to {@code host}, whose name may be checked. */
  SslHandler newHandler(ByteBufAllocator allocator, String host, int port, Executor tasks) {
    return context.newHandler(allocator, host, port, tasks);
  }

  /** Nobody needs new engines from it. */
  void release() {
    ReferenceCountUtil.release(context);
  }
}
