package org.odradek.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.storage.LogConfig;

class DynamicConfigsTest {
  private static final ConfigEntity THIS_BROKER = ConfigEntity.broker(3);

  private final DynamicConfigs configs =
      new DynamicConfigs(BrokerConfig.of(Map.of("broker.id", "3", "log.retention.hours", "1")), 3);
  private final List<String> heard = new ArrayList<>();

  @Test
  void thisBrokerWinsOverAllOverTheFile() {
    assertEquals(3_600_000, LogSettings.retentionMs(configs.current()));
    configs.configChanged(ConfigEntity.BROKER_DEFAULT, Map.of("log.retention.ms", "20"));
    assertEquals(20, LogSettings.retentionMs(configs.current()));
    configs.configChanged(THIS_BROKER, Map.of("log.retention.ms", "30"));
    assertEquals(30, LogSettings.retentionMs(configs.current()));
    configs.configChanged(ConfigEntity.broker(4), Map.of("log.retention.ms", "40"));
    assertEquals(30, LogSettings.retentionMs(configs.current()));
    configs.configChanged(THIS_BROKER, Map.of());
    assertEquals(20, LogSettings.retentionMs(configs.current()));
    configs.configChanged(ConfigEntity.BROKER_DEFAULT, Map.of());
    assertEquals(3_600_000, LogSettings.retentionMs(configs.current()));
  }

  @Test
  void subscribersHearOfTheirKeysOnly() {
    configs.subscribe(
        Set.of(NetworkKeys.MAX_CONNECTIONS),
        config -> heard.add("connections " + config.value(NetworkKeys.MAX_CONNECTIONS)));
    configs.subscribe(Set.of(LogKeys.LOG_CLEANER_THREADS), config -> heard.add("cleaner"));
    configs.configChanged(THIS_BROKER, Map.of("max.connections", "7"));
    assertEquals(List.of("connections 7"), heard);
    configs.configChanged(THIS_BROKER, Map.of("max.connections", "7"));
    assertEquals(List.of("connections 7"), heard, "the same again is no change");
    configs.configChanged(
        THIS_BROKER, Map.of("max.connections", "7", "listener.name.x.max.connections", "9"));
    assertEquals(2, heard.size(), "a listener's key counts as the key");
    assertEquals(9, configs.current().value("X", NetworkKeys.MAX_CONNECTIONS));
  }

  @Test
  void oneSubscriberThatFailsKeepsNobodyElseFromHearing() {
    configs.subscribe(
        Set.of(NetworkKeys.MAX_CONNECTIONS),
        config -> {
          throw new IllegalStateException("on purpose");
        });
    configs.subscribe(Set.of(NetworkKeys.MAX_CONNECTIONS), config -> heard.add("told"));
    configs.configChanged(THIS_BROKER, Map.of("max.connections", "7"));
    assertEquals(List.of("told"), heard);
  }

  @Test
  void whatCannotBeTakenIsPassedOver() {
    configs.configChanged(
        THIS_BROKER,
        Map.of(
            "zookeeper.connect", "x:1",
            "log.retention.ms", "abc",
            "no.such", "1",
            "ssl.key.password", "encrypted",
            "max.connections", "7"));
    assertEquals(7, configs.current().value(NetworkKeys.MAX_CONNECTIONS));
    assertEquals(3_600_000, LogSettings.retentionMs(configs.current()));
    assertEquals(Set.of("no.such", "max.connections"), configs.ofThisBroker().keySet());
    configs.configChanged(
        ConfigEntity.BROKER_DEFAULT, Map.of("advertised.listeners", "PLAINTEXT://x:1"));
    assertEquals(Map.of(), configs.ofAllBrokers(), "for one broker only");
    configs.configChanged(
        THIS_BROKER, Map.of("max.connections", "8", "log.cleaner.dedupe.buffer.size", "5"));
    assertEquals(7, configs.current().value(NetworkKeys.MAX_CONNECTIONS), "stays as it was");
  }

  @Test
  void topics() {
    configs.subscribeTopics(
        new DynamicConfigs.TopicConfigListener() {
          @Override
          public void topicConfigChanged(String topic, LogConfig config) {
            heard.add(topic + " " + config.retentionMs());
          }

          @Override
          public void topicDefaultsChanged() {
            heard.add("defaults");
          }
        });
    configs.configChanged(ConfigEntity.topic("t"), Map.of("retention.ms", "5"));
    assertEquals(List.of("t 5"), heard);
    assertEquals(5, configs.logConfig("t").retentionMs());
    assertEquals(3_600_000, configs.logConfig("u").retentionMs());
    configs.configChanged(THIS_BROKER, Map.of("log.segment.bytes", "9999"));
    assertEquals(List.of("t 5", "defaults"), heard);
    assertEquals(9999, configs.logConfig("t").segmentBytes());
    configs.configChanged(ConfigEntity.topic("t"), Map.of());
    assertEquals(List.of("t 5", "defaults", "t 3600000"), heard);
    configs.noteTopic("v", Map.of("segment.bytes", "20"));
    assertEquals(20, configs.logConfig("v").segmentBytes());
    configs.forgetTopic("v");
    assertEquals(9999, configs.logConfig("v").segmentBytes());
    assertEquals(3, heard.size());
  }

  @Test
  void topicSettingsFallBackToTheBroker() {
    BrokerConfig config =
        BrokerConfig.of(
            Map.of(
                "log.roll.hours", "2",
                "log.flush.scheduler.interval.ms", "77",
                "compression.type", "gzip",
                "log.message.timestamp.difference.max.ms", "11",
                "message.max.bytes", "500"));
    LogConfig log = new TopicSettings(config, Map.of("segment.bytes", " 900 ")).logConfig();
    assertEquals(900, log.segmentBytes());
    assertEquals(7_200_000, log.segmentMs());
    assertEquals(77, log.flushIntervalMs());
    assertEquals("gzip", log.compressionType());
    assertEquals(500, log.maxMessageBytes());
    assertEquals(11, log.messageTimestampBeforeMaxMs());
    LogConfig wrong = new TopicSettings(config, Map.of("segment.bytes", "x")).logConfig();
    assertEquals(1 << 30, wrong.segmentBytes());
    LogConfig both =
        new TopicSettings(config, Map.of("cleanup.policy", "delete, compact")).logConfig();
    assertTrue(both.compacted() && both.deleted());
    LogConfig none = new TopicSettings(config, Map.of("cleanup.policy", "")).logConfig();
    assertTrue(!none.compacted() && !none.deleted());
  }

  @Test
  void topicValidation() {
    BrokerConfig config = configs.current();
    TopicSettings.validate(config, Map.of("retention.ms", "-1", "cleanup.policy", "compact"));
    assertTopicRefused(Map.of("no.such", "1"), "Unknown topic config name: no.such");
    assertTopicRefused(
        Map.of("retention.ms", "-2"),
        "Invalid value -2 for configuration retention.ms: Value must be at least -1");
    assertTopicRefused(
        Map.of("compression.gzip.level", "10"),
        "Invalid value 10 for configuration compression.gzip.level: Value must be between 1 and 9"
            + " or equal to -1");
    assertTopicRefused(
        Map.of("min.compaction.lag.ms", "10", "max.compaction.lag.ms", "5"),
        "conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)");
    assertTopicRefused(
        Map.of("leader.replication.throttled.replicas", "foo"),
        "Invalid value [foo] for configuration leader.replication.throttled.replicas:"
            + " leader.replication.throttled.replicas must be the literal '*' or a list of replicas"
            + " in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],...");
    assertTopicRefused(
        Map.of("message.format.version", "9.9"),
        "Invalid value 9.9 for configuration message.format.version: Version 9.9 is not a valid"
            + " version");
    TopicSettings.validate(config, Map.of("leader.replication.throttled.replicas", "0:1,1:2"));
    TopicSettings.validate(config, Map.of("leader.replication.throttled.replicas", "*"));
  }

  private void assertTopicRefused(Map<String, String> overrides, String message) {
    ConfigException e =
        assertThrows(
            ConfigException.class, () -> TopicSettings.validate(configs.current(), overrides));
    assertEquals(message, e.getMessage());
  }
}
