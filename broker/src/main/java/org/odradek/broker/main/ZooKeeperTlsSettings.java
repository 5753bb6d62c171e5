package org.odradek.broker.main;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.ConfigKey;
import org.odradek.broker.config.Secret;
import org.odradek.broker.config.ZooKeeperKeys;
import org.odradek.controller.zookeeper.ZooKeeperTls;

/**
 * Turns {@code zookeeper.ssl.*} into the settings of ZooKeeper's client, which spells them anew.
 */
final class ZooKeeperTlsSettings {
  /** The only one of ZooKeeper's connections that can do TLS. */
  private static final String NETTY_SOCKET = "org.apache.zookeeper.ClientCnxnSocketNetty";

  private final BrokerConfig config;
  private final Map<String, String> properties = new LinkedHashMap<>();

  private ZooKeeperTlsSettings(BrokerConfig config) {
    this.config = config;
  }

  /**
   * @param isEmbedded whether the server is in this process, where there is nothing to encrypt
   * @throws ConfigException for TLS to a server that has none
   */
  static ZooKeeperTls of(BrokerConfig config, boolean isEmbedded) {
    if (!config.value(ZooKeeperKeys.ZOOKEEPER_SSL_CLIENT_ENABLE)) {
      return ZooKeeperTls.NONE;
    }
    if (isEmbedded) {
      throw new ConfigException(
          ZooKeeperKeys.ZOOKEEPER_SSL_CLIENT_ENABLE.name(),
          true,
          "the ZooKeeper server inside of this broker has no TLS: set zookeeper.connect to one"
              + " that has, or leave this out");
    }
    return new ZooKeeperTls(new ZooKeeperTlsSettings(config).all());
  }

  private Map<String, String> all() {
    String socket = config.optional(ZooKeeperKeys.ZOOKEEPER_CLIENT_CNXN_SOCKET);
    if (socket != null && !socket.equals(NETTY_SOCKET)) {
      throw new ConfigException(
          ZooKeeperKeys.ZOOKEEPER_CLIENT_CNXN_SOCKET.name(),
          socket,
          "must be " + NETTY_SOCKET + " for TLS, or left out");
    }
    properties.put("zookeeper.client.secure", "true");
    properties.put("zookeeper.clientCnxnSocket", NETTY_SOCKET);
    text("keyStore.location", ZooKeeperKeys.ZOOKEEPER_SSL_KEYSTORE_LOCATION);
    secret("keyStore.password", ZooKeeperKeys.ZOOKEEPER_SSL_KEYSTORE_PASSWORD);
    text("keyStore.type", ZooKeeperKeys.ZOOKEEPER_SSL_KEYSTORE_TYPE);
    text("trustStore.location", ZooKeeperKeys.ZOOKEEPER_SSL_TRUSTSTORE_LOCATION);
    secret("trustStore.password", ZooKeeperKeys.ZOOKEEPER_SSL_TRUSTSTORE_PASSWORD);
    text("trustStore.type", ZooKeeperKeys.ZOOKEEPER_SSL_TRUSTSTORE_TYPE);
    text("protocol", ZooKeeperKeys.ZOOKEEPER_SSL_PROTOCOL);
    list("enabledProtocols", ZooKeeperKeys.ZOOKEEPER_SSL_ENABLED_PROTOCOLS);
    list("ciphersuites", ZooKeeperKeys.ZOOKEEPER_SSL_CIPHER_SUITES);
    String checks = config.optional(ZooKeeperKeys.ZOOKEEPER_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM);
    put("hostnameVerification", String.valueOf("HTTPS".equalsIgnoreCase(checks)));
    put("crl", String.valueOf(config.value(ZooKeeperKeys.ZOOKEEPER_SSL_CRL_ENABLE)));
    put("ocsp", String.valueOf(config.value(ZooKeeperKeys.ZOOKEEPER_SSL_OCSP_ENABLE)));
    return properties;
  }

  private void put(String name, @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      properties.put("zookeeper.ssl." + name, value);
    }
  }

  private void text(String name, ConfigKey<String> key) {
    put(name, config.optional(key));
  }

  private void secret(String name, ConfigKey<Secret> key) {
    Secret secret = config.optional(key);
    put(name, secret == null ? null : secret.text());
  }

  private void list(String name, ConfigKey<List<String>> key) {
    List<String> items = config.optional(key);
    put(name, items == null ? null : String.join(",", items));
  }
}
