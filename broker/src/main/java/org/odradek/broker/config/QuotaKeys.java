package org.odradek.broker.config;

/** Typed names of the configuration keys about quota windows. */
public final class QuotaKeys {
  public static final ConfigKey<Integer> ALTER_LOG_DIRS_REPLICATION_QUOTA_WINDOW_NUM =
      ConfigKey.ofInt("alter.log.dirs.replication.quota.window.num");
  public static final ConfigKey<Integer> ALTER_LOG_DIRS_REPLICATION_QUOTA_WINDOW_SIZE_SECONDS =
      ConfigKey.ofInt("alter.log.dirs.replication.quota.window.size.seconds");
  public static final ConfigKey<String> CLIENT_QUOTA_CALLBACK_CLASS =
      ConfigKey.ofString("client.quota.callback.class");
  public static final ConfigKey<Integer> CONTROLLER_QUOTA_WINDOW_NUM =
      ConfigKey.ofInt("controller.quota.window.num");
  public static final ConfigKey<Integer> CONTROLLER_QUOTA_WINDOW_SIZE_SECONDS =
      ConfigKey.ofInt("controller.quota.window.size.seconds");
  public static final ConfigKey<Long> QUOTA_CONSUMER_DEFAULT =
      ConfigKey.ofLong("quota.consumer.default");
  public static final ConfigKey<Long> QUOTA_PRODUCER_DEFAULT =
      ConfigKey.ofLong("quota.producer.default");
  public static final ConfigKey<Integer> QUOTA_WINDOW_NUM = ConfigKey.ofInt("quota.window.num");
  public static final ConfigKey<Integer> QUOTA_WINDOW_SIZE_SECONDS =
      ConfigKey.ofInt("quota.window.size.seconds");
  public static final ConfigKey<Integer> REPLICATION_QUOTA_WINDOW_NUM =
      ConfigKey.ofInt("replication.quota.window.num");
  public static final ConfigKey<Integer> REPLICATION_QUOTA_WINDOW_SIZE_SECONDS =
      ConfigKey.ofInt("replication.quota.window.size.seconds");

  private QuotaKeys() {}
}
