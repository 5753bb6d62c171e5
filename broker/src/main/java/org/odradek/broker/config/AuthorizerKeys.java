package org.odradek.broker.config;

import java.util.List;

/** Typed names of the configuration keys about authorization. */
public final class AuthorizerKeys {
  public static final ConfigKey<String> AUTHORIZER_CLASS_NAME =
      ConfigKey.ofString("authorizer.class.name");
  public static final ConfigKey<Boolean> ALLOW_EVERYONE_IF_NO_ACL_FOUND =
      ConfigKey.ofBoolean("allow.everyone.if.no.acl.found");
  public static final ConfigKey<String> AUTHORIZER_ZOOKEEPER_URL =
      ConfigKey.ofString("authorizer.zookeeper.url");
  public static final ConfigKey<String> SUPER_USERS = ConfigKey.ofString("super.users");

  /** Kafka's names for rules in ZooKeeper, of 2.4 and later and of before. No class is loaded. */
  static final List<String> CLASSES =
      List.of("kafka.security.authorizer.AclAuthorizer", "kafka.security.auth.SimpleAclAuthorizer");

  private AuthorizerKeys() {}
}
