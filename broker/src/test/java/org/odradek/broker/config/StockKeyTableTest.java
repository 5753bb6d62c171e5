package org.odradek.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.odradek.broker.config.KeyDefinition.Visibility;
import org.odradek.broker.config.StockConfigDefs.StockKey;

/** Holds our keys against those of stock Kafka; every difference that is meant is listed here. */
class StockKeyTableTest {
  /** Ours is on loopback: nothing may be reachable from elsewhere without somebody saying so. */
  private static final Set<String> OTHER_DEFAULT = Set.of("listeners");

  /** Where 2.8 says another thing than 3.9, we say what 3.9 says. */
  private static final Set<String> OTHER_DEFAULT_IN_2_8 =
      Set.of(
          "listeners",
          "inter.broker.protocol.version",
          "log.message.format.version",
          "message.format.version",
          "principal.builder.class");

  private static final Set<String> OTHER_LIMITS_IN_2_8 =
      Set.of(
          "authorizer.class.name",
          "compression.type",
          "flush.messages",
          "inter.broker.protocol.version",
          "leader.imbalance.check.interval.seconds",
          "log.cleaner.delete.retention.ms",
          "log.cleaner.max.compaction.lag.ms",
          "log.cleaner.min.cleanable.ratio",
          "log.cleaner.min.compaction.lag.ms",
          "log.message.format.version",
          "log.message.timestamp.difference.max.ms",
          "message.format.version",
          "security.inter.broker.protocol",
          "segment.index.bytes");

  @ParameterizedTest
  @ValueSource(strings = {"2.8.2", "3.9.2"})
  void brokerKeys(String version) throws Exception {
    boolean old = version.startsWith("2");
    try (StockConfigDefs stock = StockConfigDefs.of(version)) {
      Map<String, StockKey> keys = stock.broker();
      assertFalse(keys.isEmpty());
      assertEquals(List.of(), differences(keys, KeyTable.broker(), old));
      Set<String> ours = new TreeSet<>();
      for (KeyDefinition definition : KeyTable.broker().definitions()) {
        if (definition.visibility() != Visibility.NEWER
            && definition.visibility() != Visibility.OLDER
            && definition.visibility() != Visibility.AUTHORIZER) {
          ours.add(definition.name());
        }
      }
      if (!old) {
        assertEquals(keys.keySet(), ours);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.8.2", "3.9.2"})
  void topicKeys(String version) throws Exception {
    boolean old = version.startsWith("2");
    try (StockConfigDefs stock = StockConfigDefs.of(version)) {
      Map<String, StockKey> keys = stock.topic();
      assertFalse(keys.isEmpty());
      assertEquals(List.of(), differences(keys, KeyTable.topic(), old));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.8.2", "3.9.2"})
  void dynamicModes(String version) throws Exception {
    try (StockConfigDefs stock = StockConfigDefs.of(version)) {
      Set<String> all = stock.dynamicKeys("AllDynamicConfigs");
      Set<String> perBroker = stock.dynamicKeys("PerBrokerConfigs");
      Set<String> perListener = stock.dynamicKeys("ClusterLevelListenerConfigs");
      List<String> wrong = new ArrayList<>();
      for (String name : stock.broker().keySet()) {
        KeyDefinition ours = KeyTable.broker().require(name);
        DynamicMode mode =
            !all.contains(name)
                ? DynamicMode.READ_ONLY
                : perBroker.contains(name) ? DynamicMode.PER_BROKER : DynamicMode.CLUSTER_WIDE;
        // From 3.x on the threads of the network can be set for one listener.
        boolean listener = perListener.contains(name) || name.equals("num.network.threads");
        if (ours.dynamicMode() != mode || ours.perListener() != listener) {
          wrong.add(name + " is " + mode + ", ours " + ours.dynamicMode());
        }
      }
      assertEquals(List.of(), wrong);
    }
  }

  private static List<String> differences(
      Map<String, StockKey> stock, KeyTable table, boolean old) {
    Set<String> otherDefault = old ? OTHER_DEFAULT_IN_2_8 : OTHER_DEFAULT;
    Set<String> otherLimits = old ? OTHER_LIMITS_IN_2_8 : Set.of();
    List<String> differences = new ArrayList<>();
    for (StockKey key : stock.values()) {
      KeyDefinition ours = table.find(key.name());
      if (ours == null) {
        differences.add(key + " is not known");
        continue;
      }
      boolean same =
          ours.type().name().equals(key.type())
              && ours.importance().name().equals(key.importance())
              && (otherDefault.contains(key.name()) || sameDefault(ours, key))
              && (otherLimits.contains(key.name()) || sameLimits(ours.constraint(), key))
              && (old || (ours.visibility() == Visibility.INTERNAL) == key.internal());
      if (!same) {
        differences.add(key + ", ours: " + ours);
      }
    }
    return differences;
  }

  private static boolean sameDefault(KeyDefinition ours, StockKey key) {
    Object value = ours.defaultValue();
    String text = value == null ? null : ConfigType.text(value);
    // A map of four entries, printed in an order of its own.
    return Objects.equals(text, key.defaultText())
        || (key.name().equals("listener.security.protocol.map")
            && text != null
            && key.defaultText() != null
            && Set.of(text.split(",")).equals(Set.of(key.defaultText().split(","))));
  }

  private static boolean sameLimits(Constraint ours, StockKey key) {
    String stock = key.validator();
    return switch (ours) {
      case Constraint.Any any ->
          stock == null || stock.equals("non-null string") || stock.equals("non-empty list");
      case Constraint.Range range -> range(range).equals(stock);
      case Constraint.OneOf oneOf ->
          stock != null
              && Set.copyOf(oneOf.allowed())
                  .equals(Set.of(stock.replaceAll(".*\\[|\\]", "").split(", ")));
      case Constraint.Special.NON_EMPTY -> "non-empty string".equals(stock);
      case Constraint.Special.GZIP_LEVEL -> "[1,...,9] or -1".equals(stock);
      case Constraint.Special.MINUS_ONE_OR_POSITIVE ->
          stock != null && stock.startsWith("The default value of -1");
      case Constraint.Special.THROTTLED_REPLICAS ->
          stock != null && stock.startsWith("[partitionId]:[brokerId]");
      case Constraint.Special.VERSION ->
          stock != null && stock.equals(KafkaVersion.names().toString());
    };
  }

  private static String range(Constraint.Range range) {
    return "["
        + range.minText()
        + ",..."
        + (range.maxText().isEmpty() ? "" : "," + range.maxText())
        + "]";
  }
}
