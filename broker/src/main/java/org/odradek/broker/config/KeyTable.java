package org.odradek.broker.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the broker, or of topics, read from the {@code .keys} resources.
 *
 * <p>A line that begins with a letter defines a key:
 *
 * <pre>
 *   name type [default=TEXT] [limits] importance [dynamic=cluster|broker] [flags]
 * </pre>
 *
 * where limits are {@code min=}, {@code max=}, {@code oneof=a|b} ({@code oneof-anycase=}) or {@code
 * check=} with a name of {@link Constraint.Special}; the flags are {@code per-listener}, {@code
 * older}, {@code newer}, {@code internal}, {@code authorizer} (see {@link
 * KeyDefinition.Visibility}), {@code ignored}, {@code synonyms=a,b} and {@code broker=KEY}. Without
 * {@code default=} a key has no value unless set. Indented lines below are its documentation.
 * {@code #} begins a comment.
 *
 * <p>Documentation is read when first asked for, so that a start does not pay for it.
 *
 * <p>Thread-safety: immutable.
 */
public final class KeyTable {
  private static final List<String> BROKER_SUBJECTS =
      List.of(
          "broker",
          "network",
          "log",
          "replication",
          "zookeeper",
          "group",
          "transaction",
          "quota",
          "metrics",
          "security",
          "authorizer",
          "ssl",
          "sasl",
          "nextgroup",
          "tiered",
          "kraft");

  private static final KeyTable BROKER = new KeyTable(BROKER_SUBJECTS);
  private static final KeyTable TOPIC = new KeyTable(List.of("topic"));

  private final List<String> subjects;
  private final Map<String, KeyDefinition> definitions;
  private final Map<String, Object> defaults;
  private volatile @Nullable Map<String, String> documentation;

  private KeyTable(List<String> subjects) {
    this.subjects = subjects;
    Map<String, KeyDefinition> read = new TreeMap<>();
    for (String subject : subjects) {
      for (String line : lines(subject)) {
        if (!line.isEmpty() && line.charAt(0) != '#' && line.charAt(0) != ' ') {
          KeyDefinition definition = KeyLine.parse(subject, line);
          if (read.put(definition.name(), definition) != null) {
            throw new IllegalStateException("defined twice: " + definition.name());
          }
        }
      }
    }
    this.definitions = Collections.unmodifiableMap(new LinkedHashMap<>(read));
    Map<String, Object> values = HashMap.newHashMap(read.size());
    for (KeyDefinition definition : read.values()) {
      Object value = definition.defaultValue();
      if (value != null) {
        values.put(definition.name(), value);
      }
    }
    this.defaults = Collections.unmodifiableMap(values);
  }

  /** The keys of {@code server.properties}. */
  public static KeyTable broker() {
    return BROKER;
  }

  /** The keys that a topic can override. */
  public static KeyTable topic() {
    return TOPIC;
  }

  public @Nullable KeyDefinition find(String name) {
    return definitions.get(name);
  }

  /**
   * @throws IllegalArgumentException when there is no such key
   */
  public KeyDefinition require(String name) {
    KeyDefinition definition = definitions.get(name);
    if (definition == null) {
      throw new IllegalArgumentException("no such configuration key: " + name);
    }
    return definition;
  }

  /** All keys, by name. */
  public Collection<KeyDefinition> definitions() {
    return definitions.values();
  }

  /** The parsed defaults of the keys that have one, by name. */
  Map<String, Object> defaults() {
    return defaults;
  }

  /** One or two sentences that say what a key does; empty for a key not known. */
  public String documentation(String name) {
    Map<String, String> known = documentation;
    if (known == null) {
      known = readDocumentation();
      documentation = known;
    }
    return known.getOrDefault(name, "");
  }

  private Map<String, String> readDocumentation() {
    Map<String, StringBuilder> texts = new HashMap<>();
    for (String subject : subjects) {
      StringBuilder text = new StringBuilder();
      for (String line : lines(subject)) {
        if (line.startsWith(" ")) {
          text.append(text.isEmpty() ? "" : " ").append(line.trim());
        } else if (!line.isEmpty() && line.charAt(0) != '#') {
          text = new StringBuilder();
          texts.put(line.substring(0, line.indexOf(' ')), text);
        }
      }
    }
    Map<String, String> result = new HashMap<>();
    texts.forEach((name, text) -> result.put(name, text.toString()));
    return Collections.unmodifiableMap(result);
  }

  private static List<String> lines(String subject) {
    String resource = subject + ".keys";
    try (InputStream stream = KeyTable.class.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException("the resource " + resource + " is missing in this build");
      }
      String text = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      List<String> lines = new ArrayList<>();
      int start = 0;
      for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
        lines.add(text.substring(start, end));
        start = end + 1;
      }
      lines.add(text.substring(start));
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the resource " + resource, e);
    }
  }
}
