package org.odradek.broker.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code server.properties} and what was given on the command line over it.
 *
 * @param config what to run with
 * @param warnings for the log, a line each: unknown keys with the nearest known one, one line that
 *     names all keys that are set but have no effect, and files with secrets that all can read
 */
public record BrokerConfigFile(BrokerConfig config, List<String> warnings) {

  public BrokerConfigFile {
    warnings = List.copyOf(warnings);
  }

  /**
   * @param file null for none
   * @param overrides keys given on the command line; they win over the file
   * @throws ConfigException when the file cannot be read or a value is not allowed; the message is
   *     one line for the person who starts the broker
   */
  public static BrokerConfigFile load(@Nullable Path file, Map<String, String> overrides) {
    Map<String, String> settings = new LinkedHashMap<>();
    if (file != null) {
      settings.putAll(read(file));
    }
    settings.putAll(overrides);
    settings.forEach(BrokerConfigFile::checkNumber);
    List<String> warnings = new ArrayList<>(warnings(settings));
    warnings.addAll(SecretFiles.warnings(file, settings));
    return new BrokerConfigFile(BrokerConfig.of(settings), warnings);
  }

  /**
   * Reads one {@code key=value} of the command line into {@code overrides}.
   *
   * @throws ConfigException when there is no {@code =} with a key before it
   */
  public static void override(Map<String, String> overrides, String argument) {
    int equals = argument.indexOf('=');
    if (equals <= 0) {
      throw new ConfigException(
          "--override " + argument + ": expected key=value, as in --override broker.id=1");
    }
    overrides.put(argument.substring(0, equals).trim(), argument.substring(equals + 1).trim());
  }

  private static Map<String, String> read(Path file) {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      properties.load(in);
    } catch (NoSuchFileException e) {
      throw new ConfigException(
          "the configuration file " + file.toAbsolutePath() + " is not there");
    } catch (IOException | IllegalArgumentException e) {
      throw new ConfigException(
          "cannot read the configuration file " + file.toAbsolutePath() + ": " + e.getMessage());
    }
    Map<String, String> settings = new LinkedHashMap<>();
    for (String name : new TreeSet<>(properties.stringPropertyNames())) {
      settings.put(name, properties.getProperty(name));
    }
    return settings;
  }

  /** Kafka's words for what is not a number do not say which numbers are allowed; these do. */
  private static void checkNumber(String name, String text) {
    KeyDefinition definition = KeyTable.broker().find(name);
    if (definition == null) {
      return;
    }
    try {
      definition.type().parse(name, text);
    } catch (ConfigException e) {
      throw new ConfigException(e.getMessage() + "; allowed is " + definition.allowed());
    }
  }

  private static List<String> warnings(Map<String, String> settings) {
    List<String> warnings = new ArrayList<>();
    List<String> ignored = new ArrayList<>();
    for (String name : new TreeSet<>(settings.keySet())) {
      KeyDefinition definition = KeyTable.broker().find(name);
      if (definition == null) {
        definition = ListenerKey.baseDefinition(name);
      }
      if (definition == null) {
        warnings.add(unknown(name));
      } else if (definition.ignored()) {
        ignored.add(name);
      }
    }
    if (!ignored.isEmpty()) {
      warnings.add("Set, but without effect in this broker: " + String.join(", ", ignored));
    }
    return warnings;
  }

  private static String unknown(String name) {
    String nearest = NearestKey.of(name, KeyTable.broker());
    return "Unknown configuration key "
        + name
        + " is ignored"
        + (nearest == null ? "" : "; did you mean " + nearest + "?");
  }
}
