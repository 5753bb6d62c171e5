package org.odradek.broker.config;

/** Typed names of the configuration keys about the encryption of stored passwords. */
public final class PasswordKeys {
  public static final ConfigKey<String> PASSWORD_ENCODER_CIPHER_ALGORITHM =
      ConfigKey.ofString("password.encoder.cipher.algorithm");
  public static final ConfigKey<Integer> PASSWORD_ENCODER_ITERATIONS =
      ConfigKey.ofInt("password.encoder.iterations");
  public static final ConfigKey<Integer> PASSWORD_ENCODER_KEY_LENGTH =
      ConfigKey.ofInt("password.encoder.key.length");
  public static final ConfigKey<String> PASSWORD_ENCODER_KEYFACTORY_ALGORITHM =
      ConfigKey.ofString("password.encoder.keyfactory.algorithm");
  public static final ConfigKey<Secret> PASSWORD_ENCODER_OLD_SECRET =
      ConfigKey.ofSecret("password.encoder.old.secret");
  public static final ConfigKey<Secret> PASSWORD_ENCODER_SECRET =
      ConfigKey.ofSecret("password.encoder.secret");

  private PasswordKeys() {}
}
