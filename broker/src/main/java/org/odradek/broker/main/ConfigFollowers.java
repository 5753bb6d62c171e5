package org.odradek.broker.main;

import java.util.Set;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.DynamicConfigs;
import org.odradek.broker.config.NetworkKeys;
import org.odradek.broker.network.ConnectionLimits;
import org.odradek.storage.LogConfig;
import org.odradek.storage.LogDirectories;
import org.odradek.storage.PartitionLog;

/** Brings changed settings to the parts that keep a copy of them. */
final class ConfigFollowers {
  private ConfigFollowers() {}

  static void follow(DynamicConfigs configs, ConnectionLimits limits, LogDirectories logs) {
    configs.subscribe(
        Set.of(
            NetworkKeys.MAX_CONNECTIONS,
            NetworkKeys.MAX_CONNECTIONS_PER_IP,
            NetworkKeys.MAX_CONNECTIONS_PER_IP_OVERRIDES),
        config -> apply(config, limits));
    configs.subscribeTopics(
        new DynamicConfigs.TopicConfigListener() {
          @Override
          public void topicConfigChanged(String topic, LogConfig config) {
            logs.reconfigureTopic(topic, config);
          }

          @Override
          public void topicDefaultsChanged() {
            logs.logs().stream()
                .map(PartitionLog::topicPartition)
                .map(partition -> partition.topic())
                .distinct()
                .forEach(topic -> logs.reconfigureTopic(topic, configs.logConfig(topic)));
          }
        });
  }

  private static void apply(BrokerConfig config, ConnectionLimits limits) {
    limits.maxConnections(config.value(NetworkKeys.MAX_CONNECTIONS));
    limits.maxConnectionsPerIp(config.value(NetworkKeys.MAX_CONNECTIONS_PER_IP));
    limits.overrides(org.odradek.broker.config.ConnectionLimits.perIpOverrides(config));
  }
}
