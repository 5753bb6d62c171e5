package org.odradek.storage;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.compression.Compression;
import org.odradek.protocol.compression.CompressionType;
import org.odradek.protocol.record.TimestampType;
import org.odradek.storage.LogConfig.CleanupPolicy;

/** Reads typed values out of topic configurations, naming the key when one is malformed. */
final class LogConfigValues {
  private final Map<String, String> values;

  LogConfigValues(Map<String, String> values) {
    this.values = values;
  }

  long number(String key, long absent) {
    String value = value(key);
    if (value == null) {
      return absent;
    }
    try {
      return Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw malformed(key, value, "a whole number");
    }
  }

  double fraction(String key, double absent) {
    String value = value(key);
    if (value == null) {
      return absent;
    }
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw malformed(key, value, "a number");
    }
  }

  boolean truth(String key, boolean absent) {
    String value = value(key);
    if (value == null) {
      return absent;
    }
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw malformed(key, value, "true or false");
    };
  }

  String text(String key, String absent) {
    String value = value(key);
    return value == null ? absent : value;
  }

  /** The level of each codec that has levels; its default where none is set. */
  Map<CompressionType, Integer> compressionLevels() {
    Map<CompressionType, Integer> levels = new EnumMap<>(CompressionType.class);
    for (CompressionType type :
        List.of(CompressionType.GZIP, CompressionType.LZ4, CompressionType.ZSTD)) {
      String key = "compression." + type.configName() + ".level";
      int level = (int) number(key, Compression.defaultLevel(type));
      if (!Compression.hasLevel(type, level)) {
        throw malformed(
            key,
            Integer.toString(level),
            Compression.minLevel(type)
                + " to "
                + Compression.maxLevel(type)
                + ", or the default "
                + Compression.defaultLevel(type));
      }
      levels.put(type, level);
    }
    return levels;
  }

  TimestampType timestampType(String key) {
    String value = value(key);
    if (value == null) {
      return TimestampType.CREATE_TIME;
    }
    for (TimestampType type : TimestampType.values()) {
      if (type.configName().equals(value)) {
        return type;
      }
    }
    throw malformed(key, value, "CreateTime or LogAppendTime");
  }

  Set<CleanupPolicy> cleanupPolicies(String key) {
    String value = value(key);
    if (value == null) {
      return Set.of(CleanupPolicy.DELETE);
    }
    Set<CleanupPolicy> policies = EnumSet.noneOf(CleanupPolicy.class);
    for (String name : value.split(",", -1)) {
      switch (name.trim().toLowerCase(Locale.ROOT)) {
        case "delete" -> policies.add(CleanupPolicy.DELETE);
        case "compact" -> policies.add(CleanupPolicy.COMPACT);
        case "" -> {}
        default -> throw malformed(key, value, "delete, compact or both");
      }
    }
    return policies;
  }

  private @Nullable String value(String key) {
    String value = values.get(key);
    return value == null ? null : value.trim();
  }

  private static IllegalArgumentException malformed(String key, String value, String expected) {
    return new IllegalArgumentException(
        "Topic setting " + key + " is '" + value + "', expected " + expected);
  }
}
