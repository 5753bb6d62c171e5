package org.odradek.storage;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.odradek.storage.file.DurableFiles;

/**
 * Kafka's {@code meta.properties} of a log directory, version 0: whose logs these are.
 *
 * @param brokerId -1 when the file has none
 * @param clusterId empty when the file has none
 */
record MetaProperties(int brokerId, String clusterId) {
  private static final String NAME = "meta.properties";

  /** The file's content; null when there is none. */
  static @Nullable MetaProperties read(Path directory) throws IOException {
    Path file = directory.resolve(NAME);
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(Files.readString(file)));
    } catch (NoSuchFileException e) {
      return null;
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is malformed: " + e.getMessage(), e);
    }
    String version = properties.getProperty("version", "0").trim();
    if (!version.equals("0")) {
      throw new IOException(
          file
              + " has version "
              + version
              + ": the directory belongs to a KRaft broker; version 0 is expected");
    }
    try {
      return new MetaProperties(
          Integer.parseInt(properties.getProperty("broker.id", "-1").trim()),
          properties.getProperty("cluster.id", "").trim());
    } catch (NumberFormatException e) {
      throw new IOException("broker.id in " + file + " is malformed: " + e.getMessage(), e);
    }
  }

  void write(Path directory, long nowMs) throws IOException {
    StringBuilder content = new StringBuilder("#\n#");
    content.append(Instant.ofEpochMilli(nowMs)).append("\ncluster.id=").append(clusterId);
    content.append("\nversion=0\nbroker.id=").append(brokerId).append('\n');
    DurableFiles.replace(directory.resolve(NAME), content.toString());
  }
}
