package org.odradek.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.AlterConfigsRequest;
import org.odradek.protocol.message.AlterConfigsResponse;
import org.odradek.protocol.message.DescribeConfigsRequest;
import org.odradek.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import org.odradek.protocol.message.DescribeConfigsResponse;
import org.odradek.protocol.message.DescribeConfigsResponse.DescribeConfigsResourceResult;
import org.odradek.protocol.message.DescribeConfigsResponse.DescribeConfigsResult;
import org.odradek.protocol.message.IncrementalAlterConfigsRequest;
import org.odradek.protocol.message.IncrementalAlterConfigsResponse;

/** What is held here against stock Kafka was recorded from brokers of 2.8.2 and 3.9.2. */
class ConfigHandlersTest {
  private static final byte TOPIC = ConfigResourceType.TOPIC.id();
  private static final byte BROKER = ConfigResourceType.BROKER.id();
  private static final byte LOGGER = ConfigResourceType.BROKER_LOGGER.id();

  private final Fixture fixture = new Fixture();

  @Test
  void valuesOfABrokerWithWhereTheyComeFrom() {
    fixture.configs.configChanged(
        ConfigEntity.BROKER_DEFAULT, Map.of("log.retention.ms", "123456"));
    fixture.configs.configChanged(ConfigEntity.broker(0), Map.of("log.retention.ms", "654321"));
    Map<String, String> broker = fixture.describe(BROKER, "0", null);
    assertEquals(
        "654321 2 [log.retention.ms=654321@2 log.retention.ms=123456@3 log.retention.hours=100@4"
            + " log.retention.hours=168@5]",
        broker.get("log.retention.ms"));
    assertEquals(
        "168 4 ro [log.retention.hours=100@4 log.retention.hours=168@5]",
        broker.get("log.retention.hours"));
    assertEquals("null 5 ro []", broker.get("log.retention.minutes"));
    assertEquals("0 4 ro [broker.id=0@4 broker.id=-1@5]", broker.get("broker.id"));
    assertEquals("0 4 ro [node.id=0@4 node.id=-1@5]", broker.get("node.id"));
    assertEquals(
        "null 4 secret [ssl.keystore.password=null@4]", broker.get("ssl.keystore.password"));
    assertEquals("null 4 ro secret [unknown.key=null@4]", broker.get("unknown.key"));
    assertEquals("3 5 [num.network.threads=3@5]", broker.get("num.network.threads"));
    assertNull(broker.get("log.initial.task.delay.ms"), "one of Kafka's own");
    assertNull(broker.get("cordoned.log.dirs"), "not before 4.0");
    assertEquals(
        Map.of("log.retention.ms", "123456 3 [log.retention.ms=123456@3]"),
        fixture.describe(BROKER, "", null));
  }

  @Test
  void valuesOfATopicWithWhereTheyComeFrom() {
    assertEquals("360000000 5 []", fixture.describe(TOPIC, "t", null).get("retention.ms"));
    fixture.store(ConfigEntity.topic("t"), Map.of("segment.bytes", "20000", "retention.ms", "7"));
    Map<String, String> topic = fixture.describe(TOPIC, "t", null);
    assertEquals("7 1 [retention.ms=7@1]", topic.get("retention.ms"));
    assertEquals(
        "20000 1 [segment.bytes=20000@1 log.segment.bytes=1073741824@5]",
        topic.get("segment.bytes"));
    assertEquals(" 5 []", topic.get("leader.replication.throttled.replicas"));
    assertEquals(KeyTable.topic().definitions().size(), topic.size());
  }

  @Test
  void onlyTheKeysAskedFor() {
    assertEquals(
        Set.of("retention.ms"),
        fixture.describe(TOPIC, "t", List.of("retention.ms", "no.such")).keySet());
    DescribeConfigsResourceResult entry =
        fixture.entries(BROKER, "0", List.of("num.io.threads")).getFirst();
    assertEquals(ConfigType.INT.wireCode(), entry.configType());
    assertNotNull(entry.documentation());
    DescribeConfigsResult plain = fixture.result(BROKER, "0", null, false);
    assertTrue(plain.configs().stream().allMatch(each -> each.synonyms().isEmpty()));
    assertTrue(plain.configs().stream().allMatch(each -> each.documentation() == null));
  }

  @Test
  void version0HasAFlagForDefaults() {
    fixture.version = 0;
    DescribeConfigsResult result = fixture.result(BROKER, "0", null, false);
    for (DescribeConfigsResourceResult entry : result.configs()) {
      assertEquals(entry.configSource() == 5, entry.isDefault(), entry.name());
    }
  }

  @Test
  void describingWhatIsNotThere() {
    assertDescribeFails(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, null, TOPIC, "nosuch");
    assertDescribeFails(ErrorCode.INVALID_TOPIC_EXCEPTION, null, TOPIC, "no such");
    assertDescribeFails(
        ErrorCode.INVALID_REQUEST,
        "Unexpected broker id, expected 0 or empty string, but received 77",
        BROKER,
        "77");
    assertDescribeFails(
        ErrorCode.INVALID_REQUEST, "Broker id must be an integer, but it is: x", BROKER, "x");
    assertDescribeFails(ErrorCode.INVALID_REQUEST, "Broker id must not be empty", LOGGER, "");
    assertDescribeFails(
        ErrorCode.INVALID_REQUEST, "Unexpected broker id, expected 0 but received 7", LOGGER, "7");
    assertDescribeFails(
        ErrorCode.INVALID_REQUEST,
        "Config type client-metrics is only supported on KRaft clusters",
        ConfigResourceType.CLIENT_METRICS.id(),
        "m");
  }

  private void assertDescribeFails(
      ErrorCode code, @Nullable String message, byte type, String name) {
    DescribeConfigsResult result = fixture.result(type, name, null, true);
    assertEquals(code.code(), result.errorCode());
    if (message != null) {
      assertEquals(message, result.errorMessage());
    }
    assertEquals(List.of(), result.configs());
  }

  @Test
  void setDeleteAppendSubtract() {
    fixture.change(TOPIC, "t", "set cleanup.policy delete,compact").isDone();
    fixture.change(TOPIC, "t", "append cleanup.policy compact").isDone();
    assertEquals(Map.of("cleanup.policy", "delete,compact"), fixture.stored("topics/t"));
    fixture.change(TOPIC, "t", "subtract cleanup.policy delete").isDone();
    assertEquals(Map.of("cleanup.policy", "compact"), fixture.stored("topics/t"));
    fixture.change(TOPIC, "t", "set retention.ms 5", "delete cleanup.policy").isDone();
    assertEquals(Map.of("retention.ms", "5"), fixture.stored("topics/t"));
    fixture.change(TOPIC, "t", "delete no.such").isDone();
    fixture.change(TOPIC, "t", "append cleanup.policy compact").isDone();
    assertEquals("delete,compact", fixture.stored("topics/t").get("cleanup.policy"));
  }

  @Test
  void refusedChangesOfTopics() {
    String prefix = "Invalid config value for resource ConfigResource(type=TOPIC, name='t'): ";
    ErrorCode invalid = ErrorCode.INVALID_CONFIG;
    fixture.change(TOPIC, "t", "set no.such 1").is(invalid, "Unknown topic config name: no.such");
    fixture
        .change(TOPIC, "t", "set retention.ms abc")
        .is(
            invalid,
            prefix + "Invalid value abc for configuration retention.ms: Not a number of type LONG");
    fixture
        .change(TOPIC, "t", "append retention.ms 5")
        .is(invalid, "Config value append is not allowed for config key: retention.ms");
    fixture
        .change(TOPIC, "t", "subtract retention.ms 5")
        .is(invalid, "Config value subtract is not allowed for config key: retention.ms");
    fixture
        .change(TOPIC, "t", "set min.compaction.lag.ms 10", "set max.compaction.lag.ms 5")
        .is(
            invalid,
            "conflict topic config setting min.compaction.lag.ms (10) > max.compaction.lag.ms (5)");
    fixture
        .change(TOPIC, "t", "set retention.ms 1", "set retention.ms 2")
        .is(ErrorCode.INVALID_REQUEST, "Error due to duplicate config keys");
    fixture
        .change(TOPIC, "t", "set retention.ms", "append cleanup.policy")
        .is(
            ErrorCode.INVALID_REQUEST,
            "Null value not supported for : retention.ms, cleanup.policy");
    fixture
        .change(TOPIC, "nosuch", "set no.such 1")
        .is(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "The topic 'nosuch' does not exist.");
    fixture
        .change(TOPIC, "", "set retention.ms 1")
        .is(ErrorCode.INVALID_REQUEST, "Default topic resources are not allowed.");
    assertEquals(Map.of(), fixture.repository);
  }

  @Test
  void refusedChangesOfBrokers() {
    ErrorCode invalid = ErrorCode.INVALID_REQUEST;
    String of0 = "Invalid config value for resource ConfigResource(type=BROKER, name='0'): ";
    String ofAll = of0.replace("0", "");
    fixture
        .change(BROKER, "0", "set zookeeper.connect x")
        .is(invalid, of0 + "Cannot update these configs dynamically: Set(zookeeper.connect)");
    fixture
        .change(BROKER, "0", "set log.retention.ms x")
        .is(
            invalid,
            of0 + "Invalid value x for configuration log.retention.ms: Not a number of type LONG");
    fixture
        .change(BROKER, "", "set ssl.keystore.location x")
        .is(
            invalid,
            ofAll
                + "These security configs can be dynamically updated only per-listener using the"
                + " listener prefix: Set(ssl.keystore.location)");
    fixture
        .change(BROKER, "", "set listener.name.plaintext.ssl.keystore.location x")
        .is(
            invalid,
            ofAll
                + "Cannot update these configs at default cluster level, broker id must be"
                + " specified: Set(listener.name.plaintext.ssl.keystore.location)");
    fixture
        .change(BROKER, "0", "set num.io.threads 30")
        .is(
            invalid,
            of0
                + "Dynamic thread count update validation failed for num.io.threads=30, value"
                + " should not be greater than double the current value 8");
    fixture
        .change(BROKER, "77", "set log.retention.ms 5")
        .is(invalid, "Unexpected broker id, expected 0 or empty string, but received 77");
    fixture
        .change(ConfigResourceType.GROUP.id(), "g", "set x 5")
        .is(
            invalid,
            "AlterConfigs is only supported for topics and brokers, but resource type is GROUP");
    assertEquals(Map.of(), fixture.repository);
    assertEquals(
        invalid, fixture.change(BROKER, "0", "set listeners PLAINTEXT://localhost:1").code());
    assertEquals(
        invalid,
        fixture.change(BROKER, "0", "set ssl.key.password x").code(),
        "only for a listener");
    assertEquals(
        invalid,
        fixture.change(BROKER, "", "set listener.name.plaintext.ssl.key.password x").code(),
        "only for one broker");
    fixture.change(BROKER, "0", "set no.such 5").isDone();
    fixture.change(BROKER, "0", "set leader.replication.throttled.rate 5").isDone();
    fixture.change(BROKER, "", "set num.io.threads 9").isDone();
    assertEquals(Map.of("num.io.threads", "9"), fixture.stored("brokers/<default>"));
    fixture.configs.configChanged(ConfigEntity.broker(0), fixture.stored("brokers/0"));
    Map<String, String> broker = fixture.describe(BROKER, "0", null);
    assertEquals(
        "5 2 ro [leader.replication.throttled.rate=5@2]",
        broker.get("leader.replication.throttled.rate"));
    assertEquals("null 2 ro secret [no.such=null@2]", broker.get("no.such"));
  }

  @Test
  void validateOnlyWritesNothing() {
    fixture.validateOnly = true;
    fixture.change(TOPIC, "t", "set retention.ms 5").isDone();
    fixture.change(BROKER, "0", "set num.io.threads 9").isDone();
    fixture.change(LOGGER, "0", "set root ERROR").isDone();
    assertEquals(Map.of(), fixture.repository);
    assertEquals("INFO", fixture.loggers.get("root"));
  }

  @Test
  void alterConfigsTakesAwayWhatIsNotGiven() {
    fixture.store(ConfigEntity.topic("t"), Map.of("segment.bytes", "20000", "retention.ms", "7"));
    fixture.replace(TOPIC, "t", "set segment.ms 88").isDone();
    assertEquals(Map.of("segment.ms", "88"), fixture.stored("topics/t"));
    fixture
        .replace(TOPIC, "t", "set no.such 1")
        .is(ErrorCode.INVALID_CONFIG, "Unknown topic config name: no.such");
    fixture.replace(TOPIC, "t").isDone();
    assertEquals(Map.of(), fixture.stored("topics/t"));
    assertEquals(ErrorCode.INVALID_REQUEST, fixture.replace(LOGGER, "0", "set root INFO").code());
  }

  @Test
  void aFailureOfZooKeeperFailsOneChangeOnly() {
    fixture.failure = new IllegalStateException("on purpose");
    assertEquals(
        ErrorCode.UNKNOWN_SERVER_ERROR, fixture.change(TOPIC, "t", "set retention.ms 5").code());
    fixture.failure = null;
    fixture.change(TOPIC, "t", "set retention.ms 5").isDone();
  }

  @Test
  void loggers() {
    assertEquals("INFO 6 []", fixture.describe(LOGGER, "0", null).get("root"));
    fixture.change(LOGGER, "0", "set root WARN").isDone();
    assertEquals("WARN 6 []", fixture.describe(LOGGER, "0", List.of("root")).get("root"));
    fixture
        .change(LOGGER, "0", "set root debug")
        .is(
            ErrorCode.INVALID_CONFIG,
            "Cannot set the log level of root to debug as it is not a supported log level. Valid"
                + " log levels are DEBUG, ERROR, FATAL, INFO, TRACE, WARN");
    fixture
        .change(LOGGER, "0", "set no.such WARN")
        .is(ErrorCode.INVALID_CONFIG, "Logger no.such does not exist!");
    fixture
        .change(LOGGER, "0", "delete root")
        .is(ErrorCode.INVALID_REQUEST, "Removing the log level of the root logger is not allowed");
    fixture
        .change(LOGGER, "0", "append root WARN")
        .is(
            ErrorCode.INVALID_REQUEST,
            "APPEND operation is not allowed for the BROKER_LOGGER resource");
    fixture.change(LOGGER, "0", "delete a.logger").isDone();
    assertNull(fixture.loggers.get("a.logger"));
  }

  /** Handlers over a map in place of ZooKeeper. */
  static final class Fixture {
    final DynamicConfigs configs =
        new DynamicConfigs(
            BrokerConfig.of(
                Map.of(
                    "broker.id", "0",
                    "log.retention.hours", "100",
                    "ssl.keystore.password", "secret",
                    "password.encoder.secret", "encoder",
                    "unknown.key", "5")),
            0);
    final Map<ConfigEntity, Map<String, String>> repository =
        new TreeMap<>((left, right) -> left.path().compareTo(right.path()));
    final Map<String, String> loggers = new TreeMap<>(Map.of("root", "INFO", "a.logger", "DEBUG"));
    @Nullable RuntimeException failure;
    boolean validateOnly;
    int version = 4;

    private final ConfigRepository store =
        new ConfigRepository() {
          @Override
          public CompletableFuture<Map<String, String>> read(ConfigEntity entity) {
            return failure == null
                ? CompletableFuture.completedFuture(repository.getOrDefault(entity, Map.of()))
                : CompletableFuture.failedFuture(failure);
          }

          @Override
          public CompletableFuture<Boolean> replace(
              ConfigEntity entity, Map<String, String> before, Map<String, String> after) {
            repository.put(entity, after);
            return CompletableFuture.completedFuture(true);
          }
        };
    private final LoggerLevels levels =
        new LoggerLevels() {
          @Override
          public Map<String, String> levels() {
            return loggers;
          }

          @Override
          public void set(String logger, String level) {
            loggers.put(logger, level);
          }

          @Override
          public void reset(String logger) {
            loggers.remove(logger);
          }
        };
    private final DescribeConfigsHandler describer =
        new DescribeConfigsHandler(configs, 0, store, "t"::equals, levels);
    private final ConfigAlteration alteration =
        new ConfigAlteration(configs, 0, store, "t"::equals, levels);

    /** How a change was answered. */
    record Outcome(ErrorCode code, @Nullable String message) {
      void isDone() {
        assertEquals(new Outcome(ErrorCode.NONE, null), this);
      }

      void is(ErrorCode expected, String text) {
        assertEquals(new Outcome(expected, text), this);
      }
    }

    void store(ConfigEntity entity, Map<String, String> settings) {
      repository.put(entity, settings);
    }

    Map<String, String> stored(String path) {
      return repository.getOrDefault(new ConfigEntity(path), Map.of());
    }

    DescribeConfigsResult result(
        byte type, String name, @Nullable List<String> keys, boolean details) {
      DescribeConfigsRequest request =
          new DescribeConfigsRequest()
              .includeSynonyms(details)
              .includeDocumentation(details)
              .resources(
                  List.of(
                      new DescribeConfigsResource()
                          .resourceType(type)
                          .resourceName(name)
                          .configurationKeys(keys)));
      HeldResponder<DescribeConfigsResponse> responder = new HeldResponder<>();
      describer.handle(HeldResponder.context(version), request, responder);
      assertTrue(responder.response().sizeInBytes((short) version) > 0, "can be written");
      return responder.response().results().getFirst();
    }

    List<DescribeConfigsResourceResult> entries(
        byte type, String name, @Nullable List<String> keys) {
      DescribeConfigsResult result = result(type, name, keys, true);
      assertEquals(0, result.errorCode(), result.errorMessage());
      return result.configs();
    }

    /** By key: value, source, flags, and synonyms with their sources. */
    Map<String, String> describe(byte type, String name, @Nullable List<String> keys) {
      Map<String, String> texts = new TreeMap<>();
      for (DescribeConfigsResourceResult entry : entries(type, name, keys)) {
        List<String> synonyms =
            entry.synonyms().stream()
                .map(each -> each.name() + "=" + each.value() + "@" + each.source())
                .toList();
        assertEquals(version == 0 && entry.configSource() == 5, entry.isDefault());
        texts.put(
            entry.name(),
            entry.value()
                + " "
                + entry.configSource()
                + (entry.readOnly() ? " ro" : "")
                + (entry.isSensitive() ? " secret" : "")
                + " ["
                + String.join(" ", synonyms)
                + "]");
      }
      return texts;
    }

    /** Each change as operation, key and, but for a null one, value. */
    Outcome change(byte type, String name, String... changes) {
      List<IncrementalAlterConfigsRequest.AlterableConfig> configs = new ArrayList<>();
      for (String change : changes) {
        String[] words = change.split(" ", 3);
        byte operation = (byte) List.of("set", "delete", "append", "subtract").indexOf(words[0]);
        configs.add(
            new IncrementalAlterConfigsRequest.AlterableConfig()
                .name(words[1])
                .configOperation(operation)
                .value(words.length > 2 ? words[2] : null));
      }
      IncrementalAlterConfigsRequest request =
          new IncrementalAlterConfigsRequest()
              .validateOnly(validateOnly)
              .resources(
                  List.of(
                      new IncrementalAlterConfigsRequest.AlterConfigsResource()
                          .resourceType(type)
                          .resourceName(name)
                          .configs(configs)));
      HeldResponder<IncrementalAlterConfigsResponse> responder = new HeldResponder<>();
      new IncrementalAlterConfigsHandler(alteration)
          .handle(HeldResponder.context(1), request, responder);
      var response = responder.response().responses().getFirst();
      return new Outcome(ErrorCode.forCode(response.errorCode()), response.errorMessage());
    }

    Outcome replace(byte type, String name, String... changes) {
      List<AlterConfigsRequest.AlterableConfig> configs =
          Arrays.stream(changes)
              .map(change -> change.split(" ", 3))
              .map(
                  words -> new AlterConfigsRequest.AlterableConfig().name(words[1]).value(words[2]))
              .toList();
      AlterConfigsRequest request =
          new AlterConfigsRequest()
              .validateOnly(validateOnly)
              .resources(
                  List.of(
                      new AlterConfigsRequest.AlterConfigsResource()
                          .resourceType(type)
                          .resourceName(name)
                          .configs(configs)));
      HeldResponder<AlterConfigsResponse> responder = new HeldResponder<>();
      new AlterConfigsHandler(alteration).handle(HeldResponder.context(1), request, responder);
      var response = responder.response().responses().getFirst();
      return new Outcome(ErrorCode.forCode(response.errorCode()), response.errorMessage());
    }
  }
}
