package org.odradek.protocol.compression;

import org.jspecify.annotations.Nullable;

/** The compression of a record batch, as bits 0-2 of its attributes say. */
public enum CompressionType {
  NONE(0, "none"),
  GZIP(1, "gzip"),
  SNAPPY(2, "snappy"),
  LZ4(3, "lz4"),
  /** KIP-110; exists in the v2 format only. */
  ZSTD(4, "zstd");

  private static final CompressionType[] BY_ID = values();

  private final int id;
  private final String configName;

  CompressionType(int id, String configName) {
    this.id = id;
    this.configName = configName;
  }

  /** The value in the attributes of a batch, 0-4. */
  public int id() {
    return id;
  }

  /** The value of {@code compression.type} that means this codec. */
  public String configName() {
    return configName;
  }

  /** The codec with this id, or null when there is none (ids 5-7 are unassigned). */
  public static @Nullable CompressionType forId(int id) {
    return id >= 0 && id < BY_ID.length ? BY_ID[id] : null;
  }

  /**
   * The codec that a configuration value names, or null when it names none. {@code producer} and
   * {@code uncompressed} are topic settings, not codecs: the caller knows what they mean.
   */
  public static @Nullable CompressionType forConfigName(String name) {
    for (CompressionType type : BY_ID) {
      if (type.configName.equals(name)) {
        return type;
      }
    }
    return null;
  }
}
