package org.odradek.broker.partition;

import org.jspecify.annotations.Nullable;
import org.odradek.protocol.compression.Compression;
import org.odradek.protocol.compression.CompressionType;
import org.odradek.protocol.record.ValidationSettings;
import org.odradek.storage.LogConfig;

/** The rules for records, with the settings of the topic that they were derived from. */
record ValidationRules(LogConfig config, ValidationSettings settings) {
  /**
   * How far one compressed batch may expand: as much as the largest request that could have brought
   * it uncompressed ({@code socket.request.max.bytes}).
   */
  static final int MAX_DECOMPRESSED_BYTES = 100 * 1024 * 1024;

  static ValidationRules of(LogConfig config) {
    return new ValidationRules(
        config,
        new ValidationSettings(
            config.messageTimestampType(),
            config.messageTimestampBeforeMaxMs(),
            config.messageTimestampAfterMaxMs(),
            config.maxMessageBytes(),
            compression(config),
            config.compacted(),
            MAX_DECOMPRESSED_BYTES));
  }

  /** Null for {@code producer}: batches stay as they are sent. */
  private static @Nullable Compression compression(LogConfig config) {
    if (config.compressionType().equals("uncompressed")) {
      return Compression.NONE;
    }
    CompressionType type = CompressionType.forConfigName(config.compressionType());
    if (type == null) {
      return null;
    }
    Integer level = config.compressionLevels().get(type);
    return level == null ? Compression.of(type) : new Compression(type, level);
  }
}
