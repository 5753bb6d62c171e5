package org.odradek.broker.config;

import java.util.List;

/** Typed names of the configuration keys about the broker as such, and topics as a whole. */
public final class BrokerKeys {
  public static final ConfigKey<String> ALTER_CONFIG_POLICY_CLASS_NAME =
      ConfigKey.ofString("alter.config.policy.class.name");
  public static final ConfigKey<Boolean> ALTER_CONFIG_POLICY_KRAFT_COMPATIBILITY_ENABLE =
      ConfigKey.ofBoolean("alter.config.policy.kraft.compatibility.enable");
  public static final ConfigKey<Boolean> AUTO_CREATE_TOPICS_ENABLE =
      ConfigKey.ofBoolean("auto.create.topics.enable");
  public static final ConfigKey<Integer> BROKER_ID = ConfigKey.ofInt("broker.id");
  public static final ConfigKey<Boolean> BROKER_ID_GENERATION_ENABLE =
      ConfigKey.ofBoolean("broker.id.generation.enable");
  public static final ConfigKey<String> BROKER_RACK = ConfigKey.ofString("broker.rack");
  public static final ConfigKey<String> CREATE_TOPIC_POLICY_CLASS_NAME =
      ConfigKey.ofString("create.topic.policy.class.name");
  public static final ConfigKey<Integer> DELETE_RECORDS_PURGATORY_PURGE_INTERVAL_REQUESTS =
      ConfigKey.ofInt("delete.records.purgatory.purge.interval.requests");
  public static final ConfigKey<Boolean> DELETE_TOPIC_ENABLE =
      ConfigKey.ofBoolean("delete.topic.enable");
  public static final ConfigKey<Integer> NUM_PARTITIONS = ConfigKey.ofInt("num.partitions");
  public static final ConfigKey<Integer> PRODUCER_PURGATORY_PURGE_INTERVAL_REQUESTS =
      ConfigKey.ofInt("producer.purgatory.purge.interval.requests");
  public static final ConfigKey<Integer> RESERVED_BROKER_MAX_ID =
      ConfigKey.ofInt("reserved.broker.max.id");
  public static final ConfigKey<Integer> NODE_ID = ConfigKey.ofInt("node.id");
  public static final ConfigKey<List<String>> PROCESS_ROLES = ConfigKey.ofList("process.roles");
  public static final ConfigKey<Boolean> REMOTE_LOG_STORAGE_SYSTEM_ENABLE =
      ConfigKey.ofBoolean("remote.log.storage.system.enable");

  private BrokerKeys() {}
}
