package org.odradek.broker.config;

import java.util.List;

/**
 * Settings that must not be passed over in silence, since the broker would be less safe than its
 * file says: they stop the start.
 */
final class Unsupported {
  private static final String DEFAULT_PRINCIPAL_BUILDER =
      "org.apache.kafka.common.security.authenticator.DefaultKafkaPrincipalBuilder";

  private Unsupported() {}

  static void check(BrokerConfig config) {
    checkAuthorizer(config);
    refuse(config, SecurityKeys.CONFIG_PROVIDERS, "values are not substituted");
    refuse(
        config, BrokerKeys.CREATE_TOPIC_POLICY_CLASS_NAME, "policies of your own are not called");
    refuse(
        config, BrokerKeys.ALTER_CONFIG_POLICY_CLASS_NAME, "policies of your own are not called");
    String builder = config.value(SecurityKeys.PRINCIPAL_BUILDER_CLASS);
    if (!builder.isEmpty() && !builder.equals(DEFAULT_PRINCIPAL_BUILDER)) {
      throw new ConfigException(
          SecurityKeys.PRINCIPAL_BUILDER_CLASS.name(),
          builder,
          "principals are made as by "
              + DEFAULT_PRINCIPAL_BUILDER
              + ", never by a class of your own");
    }
    refuse(config, BrokerKeys.PROCESS_ROLES, "this broker runs with ZooKeeper, not with KRaft");
    if (config.value(BrokerKeys.REMOTE_LOG_STORAGE_SYSTEM_ENABLE)) {
      throw new ConfigException(
          BrokerKeys.REMOTE_LOG_STORAGE_SYSTEM_ENABLE.name(), true, "there is no tiered storage");
    }
    if (config.value(ZooKeeperKeys.ZOOKEEPER_METADATA_MIGRATION_ENABLE)) {
      throw new ConfigException(
          ZooKeeperKeys.ZOOKEEPER_METADATA_MIGRATION_ENABLE.name(),
          true,
          "a migration to KRaft is not possible from here");
    }
  }

  private static void checkAuthorizer(BrokerConfig config) {
    String authorizer = config.value(AuthorizerKeys.AUTHORIZER_CLASS_NAME);
    if (!authorizer.isEmpty() && !AuthorizerKeys.CLASSES.contains(authorizer)) {
      throw new ConfigException(
          AuthorizerKeys.AUTHORIZER_CLASS_NAME.name(),
          authorizer,
          "authorizers of your own are not loaded; for Kafka's rules in ZooKeeper write "
              + AuthorizerKeys.CLASSES.getFirst());
    }
    String url = config.value(AuthorizerKeys.AUTHORIZER_ZOOKEEPER_URL);
    if (!authorizer.isEmpty()
        && !url.isEmpty()
        && !url.equals(config.optional(ZooKeeperKeys.ZOOKEEPER_CONNECT))) {
      throw new ConfigException(
          AuthorizerKeys.AUTHORIZER_ZOOKEEPER_URL.name(),
          url,
          "rules are kept in the ZooKeeper of "
              + ZooKeeperKeys.ZOOKEEPER_CONNECT.name()
              + " only; move /kafka-acl and /kafka-acl-extended there");
    }
  }

  private static void refuse(BrokerConfig config, ConfigKey<?> key, String reason) {
    Object value = config.optional(key);
    boolean given = value instanceof List<?> items ? !items.isEmpty() : !"".equals(value);
    if (value != null && given) {
      throw new ConfigException(key.name(), ConfigType.text(value), reason);
    }
  }
}
