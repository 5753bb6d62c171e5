package org.odradek.broker.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.UnrecoverableKeyException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.SslKeys;

/**
 * Keys and trusted certificates, read once.
 *
 * @param keys null where there is no key store
 * @param certificate what the first private key belongs to; null where there is no key store
 */
record Stores(
    @Nullable KeyManagerFactory keys,
    TrustManagerFactory trusted,
    @Nullable X509Certificate certificate) {

  /**
   * Reads the stores of {@code settings}; waits for disks.
   *
   * @throws ConfigException naming the setting, the cause, and what to do
   */
  static Stores load(TlsSettings settings) {
    KeyManagerFactory keys = null;
    X509Certificate certificate = null;
    StoreSource keySource = settings.keyStore();
    if (keySource != null) {
      KeyStore store = keySource.load();
      certificate = certificate(keySource, store);
      keys = keyManagers(settings, keySource, store);
    }
    StoreSource trustSource = settings.trustStore();
    KeyStore trustStore = trustSource == null ? null : trustSource.load();
    return new Stores(keys, trustManagers(settings, trustSource, trustStore), certificate);
  }

  private static KeyManagerFactory keyManagers(
      TlsSettings settings, StoreSource source, KeyStore store) {
    try {
      KeyManagerFactory factory = KeyManagerFactory.getInstance(settings.keyManagerAlgorithm());
      factory.init(store, source.keyPassword());
      return factory;
    } catch (UnrecoverableKeyException e) {
      throw new ConfigException(
          source.key(),
          source.shown(),
          "its private key cannot be read with the password: set "
              + source.neighbour(SslKeys.SSL_KEY_PASSWORD));
    } catch (GeneralSecurityException e) {
      throw new ConfigException(
          SslKeys.SSL_KEYMANAGER_ALGORITHM.name(), settings.keyManagerAlgorithm(), text(e));
    }
  }

  private static TrustManagerFactory trustManagers(
      TlsSettings settings, @Nullable StoreSource source, @Nullable KeyStore store) {
    try {
      if (source != null && store != null && !hasCertificate(store)) {
        throw new ConfigException(
            source.key(), source.shown(), "there is no trusted certificate in it");
      }
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(settings.trustManagerAlgorithm());
      factory.init(store);
      return factory;
    } catch (GeneralSecurityException e) {
      throw new ConfigException(
          SslKeys.SSL_TRUSTMANAGER_ALGORITHM.name(), settings.trustManagerAlgorithm(), text(e));
    }
  }

  private static boolean hasCertificate(KeyStore store) throws KeyStoreException {
    for (String alias : Collections.list(store.aliases())) {
      if (store.getCertificate(alias) != null) {
        return true;
      }
    }
    return false;
  }

  private static X509Certificate certificate(StoreSource source, KeyStore store) {
    try {
      List<String> aliases = Collections.list(store.aliases());
      for (String alias : aliases) {
        if (store.isKeyEntry(alias)
            && store.getCertificate(alias) instanceof X509Certificate certificate) {
          return certificate;
        }
      }
      throw new ConfigException(
          source.key(), source.shown(), "there is no private key in it, only " + aliases);
    } catch (KeyStoreException e) {
      throw new ConfigException(source.key(), source.shown(), text(e));
    }
  }

  private static String text(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
