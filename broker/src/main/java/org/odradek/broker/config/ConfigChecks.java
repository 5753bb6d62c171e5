package org.odradek.broker.config;

import java.util.List;

/** What Kafka demands of values in view of other values. */
final class ConfigChecks {
  private static final int MIB = 1024 * 1024;

  private ConfigChecks() {}

  /**
   * @throws ConfigException for the first pair of values that do not go together
   */
  static void check(BrokerConfig config) {
    brokerId(config);
    logs(config);
    replication(config);
    offsets(config);
    network(config);
    versions(config);
    Listeners.of(config);
    Unsupported.check(config);
  }

  private static void brokerId(BrokerConfig config) {
    int id = config.value(BrokerKeys.BROKER_ID);
    int nodeId = config.value(BrokerKeys.NODE_ID);
    if (id != nodeId) {
      throw refused(BrokerKeys.NODE_ID, nodeId, "must be the same as broker.id, which is " + id);
    }
    if (config.value(BrokerKeys.BROKER_ID_GENERATION_ENABLE)) {
      int reserved = config.value(BrokerKeys.RESERVED_BROKER_MAX_ID);
      if (id < -1 || id > reserved) {
        throw refused(
            BrokerKeys.BROKER_ID,
            id,
            "must be at least -1 and not greater than reserved.broker.max.id, which is "
                + reserved);
      }
    } else {
      if (id < 0) {
        throw refused(
            BrokerKeys.BROKER_ID,
            id,
            "must be at least 0, since broker.id.generation.enable is false");
      }
    }
  }

  private static void logs(BrokerConfig config) {
    long rollMs = LogSettings.rollMs(config);
    if (rollMs < 1) {
      throw refused(LogKeys.LOG_ROLL_MS, rollMs, "must be at least 1");
    }
    long jitterMs = LogSettings.rollJitterMs(config);
    if (jitterMs < 0) {
      throw refused(LogKeys.LOG_ROLL_JITTER_MS, jitterMs, "must be at least 0");
    }
    long retentionMs = LogSettings.retentionMs(config);
    if (retentionMs < 1 && retentionMs != -1) {
      throw refused(LogKeys.LOG_RETENTION_MS, retentionMs, "must be unlimited (-1) or at least 1");
    }
    List<String> directories = LogSettings.directories(config);
    if (directories.isEmpty() || directories.contains("")) {
      throw refused(
          LogKeys.LOG_DIRS,
          String.join(",", directories),
          "at least one log directory is needed, and none may be empty");
    }
    int cleaners = config.value(LogKeys.LOG_CLEANER_THREADS);
    long dedupeBytes = config.value(LogKeys.LOG_CLEANER_DEDUPE_BUFFER_SIZE);
    if (cleaners > 0 && dedupeBytes / cleaners <= MIB) {
      throw refused(
          LogKeys.LOG_CLEANER_DEDUPE_BUFFER_SIZE,
          dedupeBytes,
          "must be more than 1 MiB for each of the " + cleaners + " cleaner threads");
    }
  }

  private static void replication(BrokerConfig config) {
    int waitMs = config.value(ReplicationKeys.REPLICA_FETCH_WAIT_MAX_MS);
    int socketMs = config.value(ReplicationKeys.REPLICA_SOCKET_TIMEOUT_MS);
    if (waitMs > socketMs) {
      throw refused(
          ReplicationKeys.REPLICA_SOCKET_TIMEOUT_MS,
          socketMs,
          "must be at least replica.fetch.wait.max.ms, which is " + waitMs);
    }
    long lagMs = config.value(ReplicationKeys.REPLICA_LAG_TIME_MAX_MS);
    if (waitMs > lagMs) {
      throw refused(
          ReplicationKeys.REPLICA_FETCH_WAIT_MAX_MS,
          waitMs,
          "must not be greater than replica.lag.time.max.ms, which is " + lagMs);
    }
  }

  private static void offsets(BrokerConfig config) {
    short acks = config.value(GroupKeys.OFFSETS_COMMIT_REQUIRED_ACKS);
    short replicas = config.value(GroupKeys.OFFSETS_TOPIC_REPLICATION_FACTOR);
    if (acks < -1 || acks > replicas) {
      throw refused(
          GroupKeys.OFFSETS_COMMIT_REQUIRED_ACKS,
          acks,
          "must be at least -1 and not greater than offsets.topic.replication.factor, which is "
              + replicas);
    }
    int codec = config.value(GroupKeys.OFFSETS_TOPIC_COMPRESSION_CODEC);
    if (codec < 0 || codec > 4) {
      throw refused(
          GroupKeys.OFFSETS_TOPIC_COMPRESSION_CODEC,
          codec,
          "must be from 0 to 4: none, gzip, snappy, lz4, zstd");
    }
  }

  private static void network(BrokerConfig config) {
    long queuedBytes = config.value(NetworkKeys.QUEUED_MAX_REQUEST_BYTES);
    int requestBytes = config.value(NetworkKeys.SOCKET_REQUEST_MAX_BYTES);
    if (queuedBytes > 0 && queuedBytes < requestBytes) {
      throw refused(
          NetworkKeys.QUEUED_MAX_REQUEST_BYTES,
          queuedBytes,
          "must be at least socket.request.max.bytes, which is " + requestBytes);
    }
    if (config.value(NetworkKeys.MAX_CONNECTIONS_PER_IP) == 0
        && config.value(NetworkKeys.MAX_CONNECTIONS_PER_IP_OVERRIDES).isEmpty()) {
      throw refused(
          NetworkKeys.MAX_CONNECTIONS_PER_IP,
          0,
          "may be zero only if max.connections.per.ip.overrides is set");
    }
    ConnectionLimits.perIpOverrides(config);
  }

  private static void versions(BrokerConfig config) {
    String brokers = config.value(ReplicationKeys.INTER_BROKER_PROTOCOL_VERSION);
    String messages = config.value(LogKeys.LOG_MESSAGE_FORMAT_VERSION);
    if (config.isSet(LogKeys.LOG_MESSAGE_FORMAT_VERSION)
        && !KafkaVersion.isAtLeast(brokers, "3.0-IV1")
        && !KafkaVersion.isAtLeast(brokers, messages)) {
      throw refused(
          LogKeys.LOG_MESSAGE_FORMAT_VERSION,
          messages,
          "must not be newer than inter.broker.protocol.version, which is " + brokers);
    }
  }

  private static ConfigException refused(ConfigKey<?> key, Object value, String reason) {
    return new ConfigException(key.name(), value, reason);
  }
}
