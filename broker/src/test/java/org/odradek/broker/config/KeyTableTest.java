package org.odradek.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class KeyTableTest {
  private static final Map<ConfigType, Class<?>> JAVA_TYPES =
      Map.of(
          ConfigType.BOOLEAN, Boolean.class,
          ConfigType.STRING, String.class,
          ConfigType.CLASS, String.class,
          ConfigType.INT, Integer.class,
          ConfigType.SHORT, Short.class,
          ConfigType.LONG, Long.class,
          ConfigType.DOUBLE, Double.class,
          ConfigType.LIST, List.class,
          ConfigType.PASSWORD, Secret.class);

  @Test
  void typedNamesFitTheirKeys() throws IllegalAccessException {
    List<Class<?>> groups =
        List.of(
            BrokerKeys.class,
            GroupKeys.class,
            LogKeys.class,
            NetworkKeys.class,
            QuotaKeys.class,
            ReplicationKeys.class,
            SecurityKeys.class,
            TransactionKeys.class,
            ZooKeeperKeys.class);
    for (Class<?> group : groups) {
      checkTypes(group, KeyTable.broker());
    }
    checkTypes(TopicKeys.class, KeyTable.topic());
  }

  private static void checkTypes(Class<?> group, KeyTable table) throws IllegalAccessException {
    for (Field field : group.getDeclaredFields()) {
      if (field.getType() == ConfigKey.class) {
        ConfigKey<?> key = (ConfigKey<?>) field.get(null);
        assertEquals(JAVA_TYPES.get(table.require(key.name()).type()), key.type(), key.name());
      }
    }
  }

  @Test
  void everyKeyIsDocumentedAndItsDefaultAllowed() {
    for (KeyTable table : List.of(KeyTable.broker(), KeyTable.topic())) {
      List<String> undocumented = new ArrayList<>();
      for (KeyDefinition definition : table.definitions()) {
        String text = table.documentation(definition.name());
        if (text.length() < 10 || !text.endsWith(".")) {
          undocumented.add(definition.name());
        }
        Object value = definition.defaultValue();
        if (value != null) {
          definition.parse(ConfigType.text(value));
        }
      }
      assertEquals(List.of(), undocumented);
    }
    assertEquals("", KeyTable.broker().documentation("no.such"));
  }

  @Test
  void synonymsAndTopicKeysNameKeysOfTheBroker() {
    for (KeyDefinition definition : KeyTable.broker().definitions()) {
      definition.synonyms().forEach(KeyTable.broker()::require);
    }
    for (KeyDefinition definition : KeyTable.topic().definitions()) {
      String brokerKey = definition.brokerKey();
      if (brokerKey != null) {
        KeyTable.broker().require(brokerKey);
      }
    }
  }

  @Test
  void nearestKey() {
    assertEquals("log.retention.hours", NearestKey.of("log.retention.hour", KeyTable.broker()));
    assertEquals("listeners", NearestKey.of("Listener", KeyTable.broker()));
    assertEquals("num.io.threads", NearestKey.of("num.io.thraeds", KeyTable.broker()));
    assertNull(NearestKey.of("xyz", KeyTable.broker()));
    assertEquals(3, NearestKey.distance("kitten", "sitting", 10));
    assertEquals(0, NearestKey.distance("same", "same", 1));
    assertEquals(2, NearestKey.distance("abcdef", "xyz", 2));
  }

  @Test
  void versions() {
    assertTrue(KafkaVersion.isValid("2.8"));
    assertTrue(KafkaVersion.isValid("2.8.1"));
    assertTrue(KafkaVersion.isValid("0.10.1-IV2"));
    assertTrue(KafkaVersion.isValid("0.11.0"));
    assertTrue(!KafkaVersion.isValid("9.9"));
    assertTrue(!KafkaVersion.isValid("x"));
    assertTrue(KafkaVersion.isAtLeast("2.8", "2.8-IV1"));
    assertTrue(KafkaVersion.isAtLeast("3.0-IV1", "2.8"));
    assertTrue(!KafkaVersion.isAtLeast("2.7", "2.8-IV0"));
  }

  @Test
  void listenerKeys() {
    assertEquals(
        "ssl.keystore.location",
        assertNotNullBase("listener.name.internal.ssl.keystore.location").name());
    assertEquals(
        "sasl.jaas.config",
        assertNotNullBase("listener.name.x.scram-sha-256.sasl.jaas.config").name());
    assertNull(ListenerKey.baseDefinition("listener.name.x.no.such"));
    assertNull(ListenerKey.baseDefinition("ssl.keystore.location"));
    assertEquals("x", ListenerKey.listener("listener.name.x.no.such"));
  }

  private static KeyDefinition assertNotNullBase(String name) {
    KeyDefinition base = ListenerKey.baseDefinition(name);
    assertNotNull(base);
    return base;
  }
}
