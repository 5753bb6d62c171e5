package org.odradek.broker.main;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.odradek.broker.config.DynamicConfigs;
import org.odradek.broker.config.ReplicationKeys;
import org.odradek.broker.config.TopicKeys;
import org.odradek.controller.Controller;
import org.odradek.controller.ElectionSettings;
import org.odradek.storage.LogConfig;

/** What the controller goes by in elections, as it is configured now. */
final class ElectionConfigs implements ElectionSettings {
  private static final String UNCLEAN = TopicKeys.UNCLEAN_LEADER_ELECTION_ENABLE.name();

  private final DynamicConfigs configs;

  ElectionConfigs(DynamicConfigs configs) {
    this.configs = configs;
  }

  @Override
  public boolean isUncleanElectionEnabled() {
    return configs.current().value(ReplicationKeys.UNCLEAN_LEADER_ELECTION_ENABLE);
  }

  @Override
  public boolean isAutoRebalanceEnabled() {
    return configs.current().value(ReplicationKeys.AUTO_LEADER_REBALANCE_ENABLE);
  }

  @Override
  public long imbalanceCheckIntervalMs() {
    return TimeUnit.SECONDS.toMillis(
        configs.current().value(ReplicationKeys.LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS));
  }

  @Override
  public int imbalancePerBrokerPercentage() {
    return configs.current().value(ReplicationKeys.LEADER_IMBALANCE_PER_BROKER_PERCENTAGE);
  }

  /** Tells the controller when leaders that are not in sync are allowed from now on. */
  void follow(Controller controller) {
    configs.subscribe(
        Set.of(ReplicationKeys.UNCLEAN_LEADER_ELECTION_ENABLE),
        config -> {
          if (isUncleanElectionEnabled()) {
            controller.uncleanElectionEnabled(null);
          }
        });
    configs.subscribeTopics(
        new DynamicConfigs.TopicConfigListener() {
          @Override
          public void topicConfigChanged(String topic, LogConfig config) {
            if (Boolean.parseBoolean(configs.topicSettings(topic).text(UNCLEAN))) {
              controller.uncleanElectionEnabled(topic);
            }
          }

          @Override
          public void topicDefaultsChanged() {} // the brokers' default is followed above
        });
  }
}
