package org.odradek.broker.authentication;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sections of the file that the system property {@code java.security.auth.login.config} names,
 * as {@code KAFKA_OPTS} gives it to Kafka's scripts.
 *
 * <p>Thread-safety: immutable.
 *
 * @param origin the file for messages; null when there is none
 */
public record JaasFile(@Nullable String origin, Map<String, List<JaasEntry>> sections) {
  /** Kafka's way to name the file, and the JDK's. */
  public static final String PROPERTY = "java.security.auth.login.config";

  /** The section that brokers read. */
  public static final String SERVER_SECTION = "KafkaServer";

  /** No file. */
  public static final JaasFile NONE = new JaasFile(null, Map.of());

  public JaasFile {
    sections = Map.copyOf(sections);
  }

  /**
   * Reads the file that the system property names.
   *
   * @throws JaasException if it cannot be read
   */
  public static JaasFile ofSystemProperty() {
    String value = System.getProperty(PROPERTY);
    if (value == null || value.isBlank()) {
      return NONE;
    }
    // the JDK takes "=file" for a file that stands alone
    return read(path(value.startsWith("=") ? value.substring(1) : value));
  }

  private static Path path(String value) {
    try {
      return value.startsWith("file:") ? Path.of(URI.create(value)) : Path.of(value);
    } catch (IllegalArgumentException e) { // InvalidPathException is one
      throw new JaasException(PROPERTY + "=" + value + " is not the name of a file", e);
    }
  }

  /**
   * @throws JaasException if it cannot be read
   */
  public static JaasFile read(Path file) {
    String origin = "The JAAS file " + file;
    try {
      return new JaasFile(file.toString(), JaasParser.parseFile(origin, Files.readString(file)));
    } catch (IOException e) {
      throw new JaasException(origin + " (" + PROPERTY + ") cannot be read: " + e, e);
    }
  }

  /** The modules of the section, or null. */
  public @Nullable List<JaasEntry> section(String name) {
    return sections.get(name);
  }

  /** For messages: which file there is, or that there is none. */
  public String describe() {
    return origin == null
        ? "the system property "
            + PROPERTY
            + " is not set (KAFKA_OPTS or ODRADEK_OPTS=-D"
            + PROPERTY
            + "=FILE)"
        : "the JAAS file "
            + origin
            + " has the sections "
            + sections.keySet().stream().sorted().toList();
  }
}
