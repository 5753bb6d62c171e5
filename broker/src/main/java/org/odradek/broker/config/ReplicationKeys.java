package org.odradek.broker.config;

/** Typed names of the configuration keys about replicas, leaders and the controller. */
public final class ReplicationKeys {
  public static final ConfigKey<Boolean> AUTO_LEADER_REBALANCE_ENABLE =
      ConfigKey.ofBoolean("auto.leader.rebalance.enable");
  public static final ConfigKey<String> CONTROL_PLANE_LISTENER_NAME =
      ConfigKey.ofString("control.plane.listener.name");
  public static final ConfigKey<Boolean> CONTROLLED_SHUTDOWN_ENABLE =
      ConfigKey.ofBoolean("controlled.shutdown.enable");
  public static final ConfigKey<Integer> CONTROLLED_SHUTDOWN_MAX_RETRIES =
      ConfigKey.ofInt("controlled.shutdown.max.retries");
  public static final ConfigKey<Long> CONTROLLED_SHUTDOWN_RETRY_BACKOFF_MS =
      ConfigKey.ofLong("controlled.shutdown.retry.backoff.ms");
  public static final ConfigKey<Integer> CONTROLLER_SOCKET_TIMEOUT_MS =
      ConfigKey.ofInt("controller.socket.timeout.ms");
  public static final ConfigKey<Integer> DEFAULT_REPLICATION_FACTOR =
      ConfigKey.ofInt("default.replication.factor");
  public static final ConfigKey<String> INTER_BROKER_LISTENER_NAME =
      ConfigKey.ofString("inter.broker.listener.name");
  public static final ConfigKey<String> INTER_BROKER_PROTOCOL_VERSION =
      ConfigKey.ofString("inter.broker.protocol.version");
  public static final ConfigKey<Long> LEADER_IMBALANCE_CHECK_INTERVAL_SECONDS =
      ConfigKey.ofLong("leader.imbalance.check.interval.seconds");
  public static final ConfigKey<Integer> LEADER_IMBALANCE_PER_BROKER_PERCENTAGE =
      ConfigKey.ofInt("leader.imbalance.per.broker.percentage");
  public static final ConfigKey<Integer> MIN_INSYNC_REPLICAS =
      ConfigKey.ofInt("min.insync.replicas");
  public static final ConfigKey<Integer> NUM_REPLICA_ALTER_LOG_DIRS_THREADS =
      ConfigKey.ofInt("num.replica.alter.log.dirs.threads");
  public static final ConfigKey<Integer> NUM_REPLICA_FETCHERS =
      ConfigKey.ofInt("num.replica.fetchers");
  public static final ConfigKey<Integer> REPLICA_FETCH_BACKOFF_MS =
      ConfigKey.ofInt("replica.fetch.backoff.ms");
  public static final ConfigKey<Integer> REPLICA_FETCH_MAX_BYTES =
      ConfigKey.ofInt("replica.fetch.max.bytes");
  public static final ConfigKey<Integer> REPLICA_FETCH_MIN_BYTES =
      ConfigKey.ofInt("replica.fetch.min.bytes");
  public static final ConfigKey<Integer> REPLICA_FETCH_RESPONSE_MAX_BYTES =
      ConfigKey.ofInt("replica.fetch.response.max.bytes");
  public static final ConfigKey<Integer> REPLICA_FETCH_WAIT_MAX_MS =
      ConfigKey.ofInt("replica.fetch.wait.max.ms");
  public static final ConfigKey<Long> REPLICA_HIGH_WATERMARK_CHECKPOINT_INTERVAL_MS =
      ConfigKey.ofLong("replica.high.watermark.checkpoint.interval.ms");
  public static final ConfigKey<Long> REPLICA_LAG_TIME_MAX_MS =
      ConfigKey.ofLong("replica.lag.time.max.ms");
  public static final ConfigKey<String> REPLICA_SELECTOR_CLASS =
      ConfigKey.ofString("replica.selector.class");
  public static final ConfigKey<Integer> REPLICA_SOCKET_RECEIVE_BUFFER_BYTES =
      ConfigKey.ofInt("replica.socket.receive.buffer.bytes");
  public static final ConfigKey<Integer> REPLICA_SOCKET_TIMEOUT_MS =
      ConfigKey.ofInt("replica.socket.timeout.ms");
  public static final ConfigKey<Boolean> UNCLEAN_LEADER_ELECTION_ENABLE =
      ConfigKey.ofBoolean("unclean.leader.election.enable");
  public static final ConfigKey<Long> UNCLEAN_LEADER_ELECTION_INTERVAL_MS =
      ConfigKey.ofLong("unclean.leader.election.interval.ms");

  private ReplicationKeys() {}
}
