package org.odradek.broker.tls;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.ConfigKey;
import org.odradek.broker.config.Secret;

/**
 * Where a key store or a trust store comes from. Loading waits for disks, and for the derivation of
 * keys from passwords.
 */
sealed interface StoreSource {
  /** In PEM form there are no names for entries, and no protection once they are read. */
  String ALIAS = "pem";

  /** The setting that says where the store is, for messages. */
  String key();

  /**
   * The store as it is now.
   *
   * @throws ConfigException naming the setting, the file, the cause, and what to do
   */
  KeyStore load();

  /** The file to look at for changes; null where the settings hold everything. */
  @Nullable Path file();

  /** What the keys of a loaded store are protected with. */
  char[] keyPassword();

  /** The value of {@link #key} that may be shown. */
  default String shown() {
    Path file = file();
    return file == null ? "[hidden]" : file.toString();
  }

  /** The name of another setting, for the same listener as {@link #key}. */
  default String neighbour(ConfigKey<?> other) {
    return key().substring(0, key().lastIndexOf("ssl.")) + other.name();
  }

  /**
   * A file of the JDK's forms.
   *
   * @param type as {@code KeyStore.getInstance} knows it
   * @param password null only for trust stores, which then are not checked for damage
   * @param ownKeyPassword of the private key, where it is not that of the store
   */
  record InFile(
      String key,
      String type,
      Path file,
      @Nullable Secret password,
      @Nullable Secret ownKeyPassword)
      implements StoreSource {

    @Override
    public KeyStore load() {
      try (InputStream in = Files.newInputStream(file)) {
        KeyStore store = KeyStore.getInstance(type);
        store.load(in, password == null ? null : password.text().toCharArray());
        if (store.size() == 0) {
          throw new ConfigException(
              key,
              file,
              password == null
                  ? "there is nothing in it that can be read without a password"
                  : "there is nothing in it");
        }
        return store;
      } catch (IOException e) {
        throw new ConfigException(key, file, causeOf(e));
      } catch (GeneralSecurityException e) {
        throw new ConfigException(key, file, "it cannot be read as " + type + ": " + text(e));
      }
    }

    private String causeOf(IOException e) {
      if (e.getCause() instanceof UnrecoverableKeyException) {
        return "the password is wrong: set " + key.replace(".location", ".password");
      }
      return StoreSource.readFailure(e, "it cannot be read as " + type);
    }

    @Override
    public char[] keyPassword() {
      Secret secret = ownKeyPassword != null ? ownKeyPassword : password;
      return secret == null ? new char[0] : secret.text().toCharArray();
    }
  }

  /** A file with a private key and its certificates in PEM form; without a key for trust stores. */
  record InPemFile(String key, Path file, boolean hasKey, @Nullable Secret secret)
      implements StoreSource {

    @Override
    public KeyStore load() {
      String text;
      try {
        text = Files.readString(file, StandardCharsets.ISO_8859_1);
      } catch (IOException e) {
        throw new ConfigException(key, file, readFailure(e, "it cannot be read"));
      }
      try {
        return hasKey ? keyStore(text, text, secret) : trustStore(text);
      } catch (GeneralSecurityException e) {
        throw new ConfigException(key, file, "it cannot be read as PEM: " + text(e));
      }
    }

    @Override
    public char[] keyPassword() {
      return new char[0];
    }
  }

  /**
   * PEM in the settings themselves.
   *
   * @param privateKey null for trust stores
   */
  record InSettings(
      String key, @Nullable Secret privateKey, Secret certificates, @Nullable Secret secret)
      implements StoreSource {

    @Override
    public KeyStore load() {
      try {
        return privateKey != null
            ? keyStore(privateKey.text(), certificates.text(), secret)
            : trustStore(certificates.text());
      } catch (GeneralSecurityException e) {
        throw new ConfigException(key, "[hidden]", "it cannot be read as PEM: " + text(e));
      }
    }

    @Override
    public @Nullable Path file() {
      return null;
    }

    @Override
    public char[] keyPassword() {
      return new char[0];
    }
  }

  private static KeyStore keyStore(String key, String certificates, @Nullable Secret password)
      throws GeneralSecurityException {
    PrivateKey privateKey = Pem.privateKey(key, password);
    List<Certificate> chain = Pem.certificates(certificates);
    KeyStore store = empty();
    store.setKeyEntry(ALIAS, privateKey, new char[0], chain.toArray(new Certificate[0]));
    return store;
  }

  private static KeyStore trustStore(String certificates) throws GeneralSecurityException {
    KeyStore store = empty();
    int number = 0;
    for (Certificate certificate : Pem.certificates(certificates)) {
      store.setCertificateEntry(ALIAS + number++, certificate);
    }
    return store;
  }

  private static KeyStore empty() throws GeneralSecurityException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      return store;
    } catch (IOException e) {
      throw new IllegalStateException("an empty store in memory", e);
    }
  }

  private static String readFailure(IOException e, String otherwise) {
    return switch (e) {
      case NoSuchFileException missing -> "there is no such file";
      case java.nio.file.AccessDeniedException denied ->
          "this process may not read it: check the mode and the owner of the file";
      default -> otherwise + ": " + text(e);
    };
  }

  private static String text(Exception e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
