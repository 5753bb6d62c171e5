package org.odradek.broker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Keys are marked as being without effect where they are, and docs/configuration.md lists them: a
 * key has one when the code asks for its typed name, or a topic falls back to it.
 */
class KeysInUseTest {
  private static final Pattern TYPED_NAME =
      Pattern.compile("\\b([A-Z]\\w+Keys)\\.([A-Z][A-Z_0-9]+)");

  /** Places that name keys to check or to refuse them, not to do what they say. */
  private static final Set<String> CHECKS =
      Set.of("ConfigChecks.java", "BrokerConfigUpdate.java", "Unsupported.java");

  private static final Map<String, Class<?>> GROUPS = new TreeMap<>();

  static {
    for (Class<?> group :
        List.of(
            AuthorizerKeys.class,
            BrokerKeys.class,
            DelegationKeys.class,
            GroupKeys.class,
            LogKeys.class,
            NetworkKeys.class,
            OAuthBearerKeys.class,
            PasswordKeys.class,
            QuotaKeys.class,
            ReplicationKeys.class,
            SaslKeys.class,
            SecurityKeys.class,
            SslKeys.class,
            TransactionKeys.class,
            ZooKeeperKeys.class)) {
      GROUPS.put(group.getSimpleName(), group);
    }
  }

  @Test
  void brokerKeysWithoutEffectAreMarked() throws Exception {
    Set<String> used = new TreeSet<>(usedByName());
    used.addAll(usedByTopics());
    used.addAll(REFUSED);
    Set<String> unmarked = new TreeSet<>();
    Set<String> wronglyMarked = new TreeSet<>();
    for (KeyDefinition definition : KeyTable.broker().definitions()) {
      boolean inUse = used.contains(definition.name());
      if (!inUse && !definition.ignored()) {
        unmarked.add(definition.name());
      }
      if (inUse && definition.ignored()) {
        wronglyMarked.add(definition.name());
      }
    }
    assertEquals(Set.of(), unmarked, "without effect, and not marked as ignored");
    assertEquals(Set.of(), wronglyMarked, "marked as ignored, but with an effect");
  }

  /** Keys that stop the start, or whose only value that is taken is their default. */
  private static final Set<String> REFUSED =
      Set.of(
          "authorizer.zookeeper.url",
          "config.providers",
          "create.topic.policy.class.name",
          "alter.config.policy.class.name",
          "principal.builder.class",
          "process.roles",
          "remote.log.storage.system.enable",
          "zookeeper.metadata.migration.enable");

  private static Set<String> usedByName() throws IOException, ReflectiveOperationException {
    Set<String> used = new TreeSet<>();
    try (var files = Files.walk(Path.of("src", "main", "java"))) {
      for (Path file : files.filter(each -> each.toString().endsWith(".java")).toList()) {
        if (CHECKS.contains(file.getFileName().toString())) {
          continue;
        }
        Matcher names = TYPED_NAME.matcher(Files.readString(file));
        while (names.find()) {
          Class<?> group = GROUPS.get(names.group(1));
          if (group != null) {
            Field field = group.getField(names.group(2));
            used.add(((ConfigKey<?>) field.get(null)).name());
          }
        }
      }
    }
    return used;
  }

  private static Set<String> usedByTopics() {
    Set<String> used = new TreeSet<>();
    for (KeyDefinition definition : KeyTable.topic().definitions()) {
      String brokerKey = definition.brokerKey();
      if (brokerKey != null && !definition.ignored()) {
        used.addAll(KeyTable.broker().require(brokerKey).synonyms());
      }
    }
    return used;
  }

  @Test
  void documentationListsThem() throws IOException {
    String text = Files.readString(Path.of("..", "docs", "configuration.md"));
    for (KeyTable table : List.of(KeyTable.broker(), KeyTable.topic())) {
      Set<String> ignored = new TreeSet<>();
      for (KeyDefinition definition : table.definitions()) {
        if (definition.ignored()) {
          ignored.add(definition.name());
        }
      }
      String heading =
          table == KeyTable.broker()
              ? "## Broker keys without effect\n"
              : "## Topic keys without effect\n";
      int start = text.indexOf(heading);
      assertTrue(start >= 0, heading);
      int end = text.indexOf("\n## ", start);
      String section = text.substring(start, end < 0 ? text.length() : end);
      Set<String> listed = new TreeSet<>();
      Matcher names = Pattern.compile("`([a-zA-Z0-9.]+)`").matcher(section);
      while (names.find()) {
        listed.add(names.group(1));
      }
      assertEquals(ignored, listed);
    }
  }
}
