package org.odradek.broker.config;

import java.util.List;

/** Typed names of the configuration keys about authentication and authorization. */
public final class SecurityKeys {
  public static final ConfigKey<List<String>> CONFIG_PROVIDERS =
      ConfigKey.ofList("config.providers");
  public static final ConfigKey<String> PRINCIPAL_BUILDER_CLASS =
      ConfigKey.ofString("principal.builder.class");
  public static final ConfigKey<String> SECURITY_INTER_BROKER_PROTOCOL =
      ConfigKey.ofString("security.inter.broker.protocol");

  private SecurityKeys() {}

  /** Keystores and truststores can be replaced while running, but only listener by listener. */
  static boolean isDynamicPerListener(KeyDefinition key) {
    return key.name().equals("ssl.key.password")
        || key.name().startsWith("ssl.keystore.")
        || key.name().startsWith("ssl.truststore.");
  }
}
