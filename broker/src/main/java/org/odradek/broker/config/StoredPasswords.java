package org.odradek.broker.config;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passwords among the settings of a broker, which are kept encrypted in ZooKeeper.
 *
 * <p>Thread-safety: any thread.
 */
public final class StoredPasswords {
  private static final Logger log = LoggerFactory.getLogger(StoredPasswords.class);

  private final @Nullable PasswordCodec codec;
  private final @Nullable PasswordCodec oldCodec;

  private StoredPasswords(@Nullable PasswordCodec codec, @Nullable PasswordCodec oldCodec) {
    this.codec = codec;
    this.oldCodec = oldCodec;
  }

  /** By {@code password.encoder.*}. */
  public static StoredPasswords of(BrokerConfig config) {
    PasswordCodec.Settings settings =
        new PasswordCodec.Settings(
            config.optional(PasswordKeys.PASSWORD_ENCODER_KEYFACTORY_ALGORITHM),
            config.value(PasswordKeys.PASSWORD_ENCODER_CIPHER_ALGORITHM),
            config.value(PasswordKeys.PASSWORD_ENCODER_KEY_LENGTH),
            config.value(PasswordKeys.PASSWORD_ENCODER_ITERATIONS));
    return new StoredPasswords(
        codec(config.optional(PasswordKeys.PASSWORD_ENCODER_SECRET), settings),
        codec(config.optional(PasswordKeys.PASSWORD_ENCODER_OLD_SECRET), settings));
  }

  private static @Nullable PasswordCodec codec(
      @Nullable Secret secret, PasswordCodec.Settings settings) {
    return secret == null ? null : new PasswordCodec(secret, settings);
  }

  /** Whether a key's value is a password. */
  static boolean isPassword(String name) {
    KeyDefinition definition = KeyTable.broker().find(name);
    if (definition == null) {
      definition = ListenerKey.baseDefinition(name);
    }
    return definition != null && definition.sensitive();
  }

  /**
   * The password that {@code text}, as found in ZooKeeper, stands for.
   *
   * @throws ConfigException if it cannot be decrypted; without the text
   */
  String decode(String name, String text) {
    if (codec == null) {
      throw new ConfigException(
          name + " is an encrypted password, and password.encoder.secret is not set");
    }
    try {
      return codec.decode(text);
    } catch (ConfigException e) {
      throw new ConfigException(name + " cannot be decrypted: " + e.getMessage());
    }
  }

  /** All that can be: what cannot is left out, and logged. */
  Map<String, String> decodeAll(Map<String, String> stored) {
    Map<String, String> decoded = new LinkedHashMap<>();
    stored.forEach((name, text) -> {
      try {
        decoded.put(name, isPassword(name) ? decode(name, text) : text);
      } catch (ConfigException e) {
        log.error("A password in ZooKeeper is lost: {}", e.getMessage());
      }
    });
    return decoded;
  }

  /**
   * As it is to be stored.
   *
   * @throws ConfigException if there are passwords, and no secret to encrypt them with
   */
  Map<String, String> encodeAll(Map<String, String> settings) {
    Map<String, String> encoded = new LinkedHashMap<>();
    settings.forEach((name, text) ->
        encoded.put(name, isPassword(name) ? requireCodec(name).encode(text) : text));
    return encoded;
  }

  /**
   * @throws ConfigException if there is no secret to encrypt {@code name} with
   */
  PasswordCodec requireCodec(String name) {
    if (codec == null) {
      throw new ConfigException(
          "Password encoder secret not configured: "
              + name
              + " is stored encrypted, so set password.encoder.secret in the broker's file and"
              + " start it again");
    }
    return codec;
  }

  /**
   * What was encrypted with {@code password.encoder.old.secret}, encrypted anew; the very same map
   * if there is nothing to do. To be done at each start.
   */
  public Map<String, String> withNewSecret(Map<String, String> stored) {
    PasswordCodec old = oldCodec;
    PasswordCodec current = codec;
    if (old == null || current == null) {
      return stored;
    }
    Map<String, String> after = new LinkedHashMap<>(stored);
    boolean isChanged = false;
    for (Map.Entry<String, String> setting : after.entrySet()) {
      if (isPassword(setting.getKey())) {
        String password = decodeOrNull(old, setting.getValue());
        if (password != null) {
          setting.setValue(current.encode(password));
          isChanged = true;
        }
      }
    }
    return isChanged ? after : stored;
  }

  private static @Nullable String decodeOrNull(PasswordCodec codec, String text) {
    try {
      return codec.decode(text);
    } catch (ConfigException e) {
      return null; // of the new secret already
    }
  }
}
