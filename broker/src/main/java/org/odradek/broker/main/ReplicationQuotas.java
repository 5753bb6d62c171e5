package org.odradek.broker.main;

import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigKey;
import org.odradek.broker.config.DynamicConfigs;
import org.odradek.broker.config.QuotaKeys;
import org.odradek.broker.config.ThrottleKeys;
import org.odradek.broker.config.TopicKeys;
import org.odradek.broker.quota.ReplicationQuota;

/**
 * Both sides of replication throttles, with rates that follow the configuration of the broker, and
 * replicas that follow those of the topics.
 */
record ReplicationQuotas(ReplicationQuota leader, ReplicationQuota follower) {

  static ReplicationQuotas of(DynamicConfigs configs, int brokerId) {
    return new ReplicationQuotas(
        quota(
            configs,
            brokerId,
            ThrottleKeys.LEADER_REPLICATION_THROTTLED_RATE,
            TopicKeys.LEADER_REPLICATION_THROTTLED_REPLICAS.name()),
        quota(
            configs,
            brokerId,
            ThrottleKeys.FOLLOWER_REPLICATION_THROTTLED_RATE,
            TopicKeys.FOLLOWER_REPLICATION_THROTTLED_REPLICAS.name()));
  }

  private static ReplicationQuota quota(
      DynamicConfigs configs, int brokerId, ConfigKey<Long> rate, String replicas) {
    BrokerConfig config = configs.current();
    ReplicationQuota quota =
        new ReplicationQuota(
            brokerId,
            topic -> configs.topicOverrides(topic).get(replicas),
            () -> TimeUnit.NANOSECONDS.toMillis(System.nanoTime()),
            config.value(QuotaKeys.REPLICATION_QUOTA_WINDOW_NUM),
            TimeUnit.SECONDS.toMillis(
                config.value(QuotaKeys.REPLICATION_QUOTA_WINDOW_SIZE_SECONDS)));
    apply(config, rate, quota);
    configs.subscribe(Set.of(rate), changed -> apply(changed, rate, quota));
    return quota;
  }

  private static void apply(BrokerConfig config, ConfigKey<Long> rate, ReplicationQuota quota) {
    Long limit = config.optional(rate);
    quota.bytesPerSecond(limit == null ? ReplicationQuota.UNLIMITED : limit);
  }
}
