package org.odradek.controller.zookeeper;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;

/**
 * Settings of the embedded server, named as in {@code zookeeper.properties}.
 *
 * @param dataDir where snapshots are kept; made if it is not there
 * @param dataLogDir where the transaction log is kept, mostly the same
 * @param clientAddress where clients connect; port 0 takes any free one
 * @param tickTime ZooKeeper's unit: sessions last between 2 and 20 of it
 * @param maxClientConnections per client address, 0 for no limit
 * @param purgeInterval how often old snapshots and logs are removed; zero never
 * @param snapshotsRetained how many snapshots are kept then, at least 3
 */
public record EmbeddedZooKeeperConfig(
    Path dataDir,
    Path dataLogDir,
    InetSocketAddress clientAddress,
    Duration tickTime,
    int maxClientConnections,
    Duration purgeInterval,
    int snapshotsRetained) {

  private static final Duration DEFAULT_TICK_TIME = Duration.ofSeconds(2);
  private static final int DEFAULT_CLIENT_PORT = 2181;

  public EmbeddedZooKeeperConfig {
    if (snapshotsRetained < 3) {
      throw new IllegalArgumentException(
          "autopurge.snapRetainCount must be at least 3, is " + snapshotsRetained);
    }
    if (tickTime.toMillis() < 1) {
      throw new IllegalArgumentException("tickTime must be at least 1 ms, is " + tickTime);
    }
  }

  /** What a broker starts beside itself: loopback only, no limit of connections, purged daily. */
  public static EmbeddedZooKeeperConfig loopback(Path dataDir, int port) {
    return new EmbeddedZooKeeperConfig(
        dataDir,
        dataDir,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        DEFAULT_TICK_TIME,
        0,
        Duration.ofHours(24),
        3);
  }

  /**
   * Reads a {@code zookeeper.properties} file as Kafka ships it. Unlike ZooKeeper, no
   * clientPortAddress means loopback only: nobody is let in by accident.
   *
   * @throws IllegalArgumentException naming the key, its value, and what is allowed
   */
  public static EmbeddedZooKeeperConfig fromProperties(Properties properties) {
    String dataDir = properties.getProperty("dataDir");
    if (dataDir == null || dataDir.isBlank()) {
      throw new IllegalArgumentException("dataDir is missing: the directory for ZooKeeper's data");
    }
    for (String key : properties.stringPropertyNames()) {
      if (key.startsWith("server.")) {
        throw new IllegalArgumentException(
            key + " asks for an ensemble, which this server is not; run Apache ZooKeeper for it");
      }
    }
    String host = properties.getProperty("clientPortAddress", "").trim();
    InetAddress address = host.isEmpty() ? InetAddress.getLoopbackAddress() : resolve(host);
    int port = number(properties, "clientPort", DEFAULT_CLIENT_PORT, 0, 65_535);
    Path data = Path.of(dataDir.trim());
    return new EmbeddedZooKeeperConfig(
        data,
        Path.of(properties.getProperty("dataLogDir", data.toString()).trim()),
        new InetSocketAddress(address, port),
        Duration.ofMillis(
            number(properties, "tickTime", (int) DEFAULT_TICK_TIME.toMillis(), 1, 3_600_000)),
        number(properties, "maxClientCnxns", 60, 0, Integer.MAX_VALUE),
        Duration.ofHours(number(properties, "autopurge.purgeInterval", 24, 0, 8_760)),
        number(properties, "autopurge.snapRetainCount", 3, 3, Integer.MAX_VALUE));
  }

  private static InetAddress resolve(String host) {
    InetSocketAddress resolved = new InetSocketAddress(host, 0);
    if (resolved.isUnresolved()) {
      throw new IllegalArgumentException(
          "clientPortAddress=" + host + " is not an address of this machine: cannot resolve it");
    }
    return resolved.getAddress();
  }

  private static int number(Properties properties, String key, int byDefault, int min, int max) {
    String text = properties.getProperty(key);
    if (text == null || text.isBlank()) {
      return byDefault;
    }
    int value;
    try {
      value = Integer.parseInt(text.trim());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s=%s is not a number; allowed are %d to %d".formatted(key, text, min, max), e);
    }
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s=%d is out of range; allowed are %d to %d".formatted(key, value, min, max));
    }
    return value;
  }
}
