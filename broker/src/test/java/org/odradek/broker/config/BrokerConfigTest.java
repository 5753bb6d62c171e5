package org.odradek.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerConfigTest {

  @Test
  void defaultsAreThoseOfKafka() {
    BrokerConfig config = BrokerConfig.of(Map.of());
    assertEquals(-1, config.value(BrokerKeys.BROKER_ID));
    assertEquals(3, config.value(NetworkKeys.NUM_NETWORK_THREADS));
    assertEquals(List.of("delete"), config.value(LogKeys.LOG_CLEANUP_POLICY));
    assertNull(config.optional(ZooKeeperKeys.ZOOKEEPER_CONNECT));
    assertThrows(IllegalStateException.class, () -> config.value(ZooKeeperKeys.ZOOKEEPER_CONNECT));
    assertFalse(config.isSet(NetworkKeys.NUM_NETWORK_THREADS));
  }

  @Test
  void wrongValueNamesKeyValueAndWhatIsAllowed() {
    assertRefused(
        Map.of("num.network.threads", "abc"),
        "Invalid value abc for configuration num.network.threads: Not a number of type INT");
    assertRefused(
        Map.of("num.network.threads", "0"),
        "Invalid value 0 for configuration num.network.threads: Value must be at least 1");
    assertRefused(
        Map.of("log.cleanup.policy", "delete,keep"),
        "Invalid value keep for configuration log.cleanup.policy: String must be one of: compact,"
            + " delete");
    assertRefused(
        Map.of("auto.create.topics.enable", "yes"),
        "Invalid value yes for configuration auto.create.topics.enable: Expected value to be either"
            + " true or false");
  }

  @Test
  void valuesMustGoTogether() {
    assertRefused(Map.of("broker.id", "1001"), "reserved.broker.max.id");
    assertRefused(Map.of("log.retention.ms", "0"), "must be unlimited (-1) or at least 1");
    assertRefused(Map.of("queued.max.request.bytes", "1"), "socket.request.max.bytes");
    assertRefused(Map.of("replica.socket.timeout.ms", "1"), "replica.fetch.wait.max.ms");
    assertRefused(Map.of("offsets.commit.required.acks", "4"), "offsets.topic.replication.factor");
    assertRefused(Map.of("max.connections.per.ip", "0"), "max.connections.per.ip.overrides");
    assertRefused(Map.of("authorizer.class.name", "x.Y"), "of your own are not loaded");
    assertRefused(
        Map.of(
            "authorizer.class.name",
            "kafka.security.authorizer.AclAuthorizer",
            "authorizer.zookeeper.url",
            "elsewhere:2181"),
        "rules are kept in the ZooKeeper of zookeeper.connect");
    assertEquals(
        1001,
        BrokerConfig.of(Map.of("broker.id", "1001", "reserved.broker.max.id", "2000"))
            .value(BrokerKeys.BROKER_ID));
  }

  @Test
  void theMostExactRetentionWins() {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("log.retention.hours", "1");
    assertEquals(3_600_000, LogSettings.retentionMs(BrokerConfig.of(settings)));
    settings.put("log.retention.minutes", "2");
    assertEquals(120_000, LogSettings.retentionMs(BrokerConfig.of(settings)));
    settings.put("log.retention.ms", "-1");
    assertEquals(-1, LogSettings.retentionMs(BrokerConfig.of(settings)));
  }

  @Test
  void overlayTakesThePlaceOfSynonyms() {
    BrokerConfig config = BrokerConfig.of(Map.of("log.retention.ms", "5"));
    BrokerConfig changed = config.overlaid(Map.of("log.retention.minutes", "1"));
    assertEquals(60_000, LogSettings.retentionMs(changed));
    assertEquals(5, LogSettings.retentionMs(config));
  }

  @Test
  void keysOfOneListener() {
    BrokerConfig config =
        BrokerConfig.of(
            Map.of("listener.name.internal.num.network.threads", "7", "num.network.threads", "2"));
    assertEquals(7, config.value("INTERNAL", NetworkKeys.NUM_NETWORK_THREADS));
    assertEquals(2, config.value("EXTERNAL", NetworkKeys.NUM_NETWORK_THREADS));
    assertRefused(
        Map.of("listener.name.internal.num.network.threads", "0"),
        "configuration num.network.threads: Value must be at least 1");
  }

  @Test
  void aStartSaysWhichNumbersAreAllowed() {
    ConfigException e =
        assertThrows(
            ConfigException.class,
            () -> BrokerConfigFile.load(null, Map.of("num.network.threads", "abc")));
    assertEquals(
        "Invalid value abc for configuration num.network.threads: Not a number of type INT; allowed"
            + " is a whole number (int), at least 1",
        e.getMessage());
  }

  @Test
  void fileWithOverridesAndWarnings(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("server.properties");
    Files.writeString(
        file,
        """
        # a comment
        broker.id=3
        num.network.thread=4
        num.io.threads = 5
        utterly.unheard.of.and.far.from.everything=1
        """);
    Map<String, String> overrides = new LinkedHashMap<>();
    BrokerConfigFile.override(overrides, "num.io.threads=6");
    BrokerConfigFile loaded = BrokerConfigFile.load(file, overrides);
    assertEquals(3, loaded.config().value(BrokerKeys.BROKER_ID));
    assertEquals(6, loaded.config().value(NetworkKeys.NUM_IO_THREADS));
    assertTrue(
        loaded
            .warnings()
            .contains(
                "Unknown configuration key num.network.thread is ignored; did you mean"
                    + " num.network.threads?"),
        loaded.warnings().toString());
    assertTrue(
        loaded
            .warnings()
            .contains(
                "Unknown configuration key utterly.unheard.of.and.far.from.everything is ignored"),
        loaded.warnings().toString());
    assertThrows(
        ConfigException.class, () -> BrokerConfigFile.load(directory.resolve("no"), Map.of()));
    assertThrows(ConfigException.class, () -> BrokerConfigFile.override(overrides, "=x"));
  }

  private static void assertRefused(Map<String, String> settings, String part) {
    ConfigException e = assertThrows(ConfigException.class, () -> BrokerConfig.of(settings));
    String message = String.valueOf(e.getMessage());
    assertTrue(message.contains(part), message);
    assertFalse(message.contains("\n"), message);
  }
}
