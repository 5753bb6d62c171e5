package org.odradek.broker.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.protocol.ErrorCode;

/** One key's part of an IncrementalAlterConfigs request (KIP-339). */
record ConfigChange(String name, Operation operation, @Nullable String value) {

  /** What is done, by the numbers of the protocol. */
  enum Operation {
    SET,
    DELETE,
    APPEND,
    SUBTRACT;

    static Operation forId(byte id) {
      if (id < 0 || id >= values().length) {
        throw new ApiException(
            ErrorCode.INVALID_REQUEST, "Unknown operation type " + id + " for a configuration");
      }
      return values()[id];
    }
  }

  /**
   * @throws ApiException when a key comes twice, or a value is missing where one is needed
   */
  static void check(List<ConfigChange> changes) {
    TreeSet<String> seen = new TreeSet<>();
    List<String> withoutValue = new ArrayList<>();
    for (ConfigChange change : changes) {
      if (!seen.add(change.name)) {
        throw new ApiException(ErrorCode.INVALID_REQUEST, "Error due to duplicate config keys");
      }
      if (change.value == null && change.operation != Operation.DELETE) {
        withoutValue.add(change.name);
      }
    }
    if (!withoutValue.isEmpty()) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST,
          "Null value not supported for : " + String.join(", ", withoutValue));
    }
  }

  /**
   * What is set once the changes have been made to {@code settings}.
   *
   * @throws ApiException when something is appended to or taken from what is not a list
   */
  static Map<String, String> apply(
      List<ConfigChange> changes, Map<String, String> settings, KeyTable table) {
    Map<String, String> result = new LinkedHashMap<>(settings);
    for (ConfigChange change : changes) {
      String value = change.value == null ? "" : change.value;
      switch (change.operation) {
        case SET -> result.put(change.name, value);
        case DELETE -> result.remove(change.name);
        case APPEND -> {
          List<String> items = change.items(result, table);
          for (String item : split(value)) {
            if (!items.contains(item)) {
              items.add(item);
            }
          }
          result.put(change.name, String.join(",", items));
        }
        case SUBTRACT -> {
          List<String> items = change.items(result, table);
          items.removeAll(split(value));
          result.put(change.name, String.join(",", items));
        }
      }
    }
    return result;
  }

  private List<String> items(Map<String, String> settings, KeyTable table) {
    KeyDefinition definition = table.find(name);
    if (definition == null) {
      throw new ApiException(
          ErrorCode.INVALID_CONFIG,
          table == KeyTable.topic()
              ? "Unknown topic config name: " + name
              : "Unknown config name: " + name);
    }
    if (definition.type() != ConfigType.LIST) {
      String verb = operation == Operation.APPEND ? "append" : "subtract";
      throw new ApiException(
          ErrorCode.INVALID_CONFIG,
          "Config value " + verb + " is not allowed for config key: " + name);
    }
    String text = settings.get(name);
    if (text == null) {
      text = definition.defaultText();
    }
    return split(text == null ? "" : text);
  }

  private static List<String> split(String text) {
    List<String> items = new ArrayList<>();
    for (String item : text.split(",", -1)) {
      if (!item.isBlank()) {
        items.add(item.trim());
      }
    }
    return items;
  }
}
