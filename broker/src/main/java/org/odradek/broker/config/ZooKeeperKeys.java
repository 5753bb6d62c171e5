package org.odradek.broker.config;

import java.util.List;

/** Typed names of the configuration keys about the ZooKeeper session. */
public final class ZooKeeperKeys {
  public static final ConfigKey<String> ZOOKEEPER_CLIENT_CNXN_SOCKET =
      ConfigKey.ofString("zookeeper.clientCnxnSocket");
  public static final ConfigKey<String> ZOOKEEPER_CONNECT = ConfigKey.ofString("zookeeper.connect");
  public static final ConfigKey<Integer> ZOOKEEPER_CONNECTION_TIMEOUT_MS =
      ConfigKey.ofInt("zookeeper.connection.timeout.ms");
  public static final ConfigKey<Integer> ZOOKEEPER_MAX_IN_FLIGHT_REQUESTS =
      ConfigKey.ofInt("zookeeper.max.in.flight.requests");
  public static final ConfigKey<Boolean> ZOOKEEPER_METADATA_MIGRATION_ENABLE =
      ConfigKey.ofBoolean("zookeeper.metadata.migration.enable");
  public static final ConfigKey<Integer> ZOOKEEPER_SESSION_TIMEOUT_MS =
      ConfigKey.ofInt("zookeeper.session.timeout.ms");
  public static final ConfigKey<Boolean> ZOOKEEPER_SET_ACL =
      ConfigKey.ofBoolean("zookeeper.set.acl");
  public static final ConfigKey<List<String>> ZOOKEEPER_SSL_CIPHER_SUITES =
      ConfigKey.ofList("zookeeper.ssl.cipher.suites");
  public static final ConfigKey<Boolean> ZOOKEEPER_SSL_CLIENT_ENABLE =
      ConfigKey.ofBoolean("zookeeper.ssl.client.enable");
  public static final ConfigKey<Boolean> ZOOKEEPER_SSL_CRL_ENABLE =
      ConfigKey.ofBoolean("zookeeper.ssl.crl.enable");
  public static final ConfigKey<List<String>> ZOOKEEPER_SSL_ENABLED_PROTOCOLS =
      ConfigKey.ofList("zookeeper.ssl.enabled.protocols");
  public static final ConfigKey<String> ZOOKEEPER_SSL_ENDPOINT_IDENTIFICATION_ALGORITHM =
      ConfigKey.ofString("zookeeper.ssl.endpoint.identification.algorithm");
  public static final ConfigKey<String> ZOOKEEPER_SSL_KEYSTORE_LOCATION =
      ConfigKey.ofString("zookeeper.ssl.keystore.location");
  public static final ConfigKey<Secret> ZOOKEEPER_SSL_KEYSTORE_PASSWORD =
      ConfigKey.ofSecret("zookeeper.ssl.keystore.password");
  public static final ConfigKey<String> ZOOKEEPER_SSL_KEYSTORE_TYPE =
      ConfigKey.ofString("zookeeper.ssl.keystore.type");
  public static final ConfigKey<Boolean> ZOOKEEPER_SSL_OCSP_ENABLE =
      ConfigKey.ofBoolean("zookeeper.ssl.ocsp.enable");
  public static final ConfigKey<String> ZOOKEEPER_SSL_PROTOCOL =
      ConfigKey.ofString("zookeeper.ssl.protocol");
  public static final ConfigKey<String> ZOOKEEPER_SSL_TRUSTSTORE_LOCATION =
      ConfigKey.ofString("zookeeper.ssl.truststore.location");
  public static final ConfigKey<Secret> ZOOKEEPER_SSL_TRUSTSTORE_PASSWORD =
      ConfigKey.ofSecret("zookeeper.ssl.truststore.password");
  public static final ConfigKey<String> ZOOKEEPER_SSL_TRUSTSTORE_TYPE =
      ConfigKey.ofString("zookeeper.ssl.truststore.type");
  public static final ConfigKey<Integer> ZOOKEEPER_SYNC_TIME_MS =
      ConfigKey.ofInt("zookeeper.sync.time.ms");

  private ZooKeeperKeys() {}
}
