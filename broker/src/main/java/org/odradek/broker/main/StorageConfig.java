package org.odradek.broker.main;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.LogKeys;
import org.odradek.broker.config.LogSettings;
import org.odradek.broker.config.ReplicationKeys;
import org.odradek.broker.config.TransactionKeys;
import org.odradek.storage.LogConfig;
import org.odradek.storage.StorageSettings;

/** Reads the storage's settings out of the configuration. */
final class StorageConfig {
  private static final int NO_BROKER_ID = -1;

  private StorageConfig() {}

  static StorageSettings of(
      BrokerConfig config,
      int brokerId,
      String clusterId,
      Function<String, LogConfig> topicConfig) {
    List<Path> directories = directories(config);
    StorageSettings defaults = StorageSettings.defaults(directories);
    return new StorageSettings(
        directories,
        brokerId,
        clusterId,
        topicConfig,
        config.value(LogKeys.NUM_RECOVERY_THREADS_PER_DATA_DIR),
        config.value(LogKeys.LOG_FLUSH_SCHEDULER_INTERVAL_MS),
        config.value(LogKeys.LOG_FLUSH_OFFSET_CHECKPOINT_INTERVAL_MS),
        config.value(LogKeys.LOG_FLUSH_START_OFFSET_CHECKPOINT_INTERVAL_MS),
        config.value(ReplicationKeys.REPLICA_HIGH_WATERMARK_CHECKPOINT_INTERVAL_MS),
        config.value(LogKeys.LOG_RETENTION_CHECK_INTERVAL_MS),
        config.value(TransactionKeys.PRODUCER_ID_EXPIRATION_MS),
        defaults.idleTrimMs(),
        defaults.openFilesMax(),
        defaults.softFreeBytes(),
        defaults.hardFreeBytes());
  }

  static List<Path> directories(BrokerConfig config) {
    List<Path> directories = new ArrayList<>();
    LogSettings.directories(config).forEach(directory -> directories.add(Path.of(directory)));
    return directories;
  }

  /** The broker id that a log directory was used with before; -1 for none. */
  static int earlierBrokerId(BrokerConfig config) throws StartException {
    for (Path directory : directories(config)) {
      Path file = directory.resolve("meta.properties");
      if (!Files.exists(file)) {
        continue;
      }
      Properties meta = new Properties();
      try (Reader reader = Files.newBufferedReader(file)) {
        meta.load(reader);
        String id = meta.getProperty("broker.id");
        if (id != null) {
          return Integer.parseInt(id.trim());
        }
      } catch (IOException | NumberFormatException e) {
        throw new StartException("Cannot read the broker id in " + file + ": " + e.getMessage(), e);
      }
    }
    return NO_BROKER_ID;
  }
}
