package org.odradek.benchmarks.client;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * What a load program is told: {@code name=value} arguments, one of them ({@code settings}) a
 * properties file for Kafka's clients.
 */
record LoadArguments(Map<String, String> values, Map<String, Object> clientSettings) {

  static LoadArguments parse(String[] arguments) throws IOException {
    var values = new HashMap<String, String>();
    for (String argument : arguments) {
      int equals = argument.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException("not NAME=VALUE: " + argument);
      }
      values.put(argument.substring(0, equals), argument.substring(equals + 1));
    }
    var properties = new Properties();
    String file = values.get("settings");
    if (file != null) {
      try (Reader reader = Files.newBufferedReader(Path.of(file))) {
        properties.load(reader);
      }
    }
    var settings = new HashMap<String, Object>();
    properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
    return new LoadArguments(Map.copyOf(values), Map.copyOf(settings));
  }

  String text(String name) {
    String value = values.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no " + name + " in " + values.keySet());
    }
    return value;
  }

  int number(String name) {
    return Integer.parseInt(text(name));
  }

  long count(String name) {
    return Long.parseLong(text(name));
  }

  double real(String name) {
    return Double.parseDouble(text(name));
  }

  /** Settings for a client, with some of its own. */
  Map<String, Object> settings(Map<String, Object> more) {
    var all = new HashMap<String, Object>(clientSettings);
    more.forEach(all::putIfAbsent);
    return all;
  }
}
