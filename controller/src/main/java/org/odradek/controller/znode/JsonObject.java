package org.odradek.controller.znode;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Typed reading of a parsed JSON object. Numbers may be written as strings, as several versions of
 * Kafka do; what is missing or of the wrong type fails with {@link ZnodeFormatException}.
 */
final class JsonObject {
  private final String what;
  private final Map<String, @Nullable Object> fields;

  private JsonObject(String what, Map<String, @Nullable Object> fields) {
    this.what = what;
    this.fields = fields;
  }

  static JsonObject of(String what, @Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new ZnodeFormatException(what + " should be an object, is " + value);
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    map.forEach((name, field) -> fields.put(String.valueOf(name), field));
    return new JsonObject(what, fields);
  }

  boolean has(String name) {
    return fields.get(name) != null;
  }

  List<String> names() {
    return List.copyOf(fields.keySet());
  }

  int intValue(String name) {
    return Math.toIntExact(longValue(name));
  }

  int intValue(String name, int ifMissing) {
    return has(name) ? intValue(name) : ifMissing;
  }

  long longValue(String name) {
    return number(name, fields.get(name));
  }

  long longValue(String name, long ifMissing) {
    return has(name) ? longValue(name) : ifMissing;
  }

  private long number(String name, @Nullable Object value) {
    if (value instanceof Long number) {
      return number;
    }
    if (value instanceof String text) {
      try {
        return Long.parseLong(text);
      } catch (NumberFormatException e) {
        throw new ZnodeFormatException(what + ": " + name + " should be a number, is " + text, e);
      }
    }
    throw new ZnodeFormatException(what + ": " + name + " should be a number, is " + value);
  }

  String string(String name) {
    String value = stringOrNull(name);
    if (value == null) {
      throw new ZnodeFormatException(what + ": " + name + " is missing");
    }
    return value;
  }

  @Nullable String stringOrNull(String name) {
    Object value = fields.get(name);
    return value == null ? null : String.valueOf(value);
  }

  JsonObject object(String name) {
    return of(what + ": " + name, fields.get(name));
  }

  /** Empty when it is not there. */
  JsonObject objectOrEmpty(String name) {
    return has(name) ? object(name) : new JsonObject(what, Map.of());
  }

  /** The elements of a list as they are, of whatever type. */
  List<?> elements(String name) {
    return list(name);
  }

  List<JsonObject> objects(String name) {
    List<JsonObject> objects = new ArrayList<>();
    for (Object element : list(name)) {
      objects.add(of(what + ": element of " + name, element));
    }
    return objects;
  }

  List<Integer> ints(String name) {
    List<Integer> ints = new ArrayList<>();
    for (Object element : list(name)) {
      ints.add(Math.toIntExact(number(name, element)));
    }
    return List.copyOf(ints);
  }

  List<String> strings(String name) {
    List<String> strings = new ArrayList<>();
    for (Object element : list(name)) {
      strings.add(String.valueOf(element));
    }
    return List.copyOf(strings);
  }

  /** All fields as text, in order; null values are left out. */
  Map<String, String> stringMap() {
    Map<String, String> strings = new LinkedHashMap<>();
    fields.forEach((name, value) -> {
      if (value != null) {
        strings.put(name, String.valueOf(value));
      }
    });
    return strings;
  }

  private List<?> list(String name) {
    Object value = fields.get(name);
    if (!(value instanceof List<?> list)) {
      throw new ZnodeFormatException(what + ": " + name + " should be a list, is " + value);
    }
    return list;
  }
}
