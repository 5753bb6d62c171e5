package org.odradek.controller.zookeeper;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedZooKeeperTest {
  @TempDir Path directory;

  @Test
  void keepsItsDataOverARestartAndTakesLittleSpace() throws Exception {
    byte[] data = {1, 2, 3};
    try (EmbeddedZooKeeper server = start();
        ZooKeeperClient client = connect(server)) {
      client.create("/kept", data, CreateMode.PERSISTENT).join();
      assertTrue(server.clientAddress().getAddress().isLoopbackAddress());
      assertTrue(server.port() > 0);
    }
    try (EmbeddedZooKeeper server = start();
        ZooKeeperClient client = connect(server)) {
      assertArrayEquals(data, client.read("/kept", false).join().data());
    }
    try (Stream<Path> files = Files.walk(directory)) {
      long bytes = files.filter(Files::isRegularFile).mapToLong(EmbeddedZooKeeperTest::size).sum();
      assertTrue(bytes < 2_000_000, "data directory has " + bytes + " bytes");
    }
  }

  @Test
  void namesTheAddressThatIsTaken() throws Exception {
    try (EmbeddedZooKeeper server = start()) {
      EmbeddedZooKeeperConfig same =
          EmbeddedZooKeeperConfig.loopback(directory.resolve("other"), server.port());
      IOException failure = assertThrows(IOException.class, () -> EmbeddedZooKeeper.start(same));
      assertTrue(failure.toString().contains(":" + server.port()), failure.toString());
    }
  }

  @Test
  void readsKafkasPropertiesFile() {
    Properties properties = new Properties();
    properties.setProperty("dataDir", "/tmp/zookeeper");
    properties.setProperty("clientPort", "12181");
    properties.setProperty("maxClientCnxns", "0");
    properties.setProperty("admin.enableServer", "false");
    EmbeddedZooKeeperConfig config = EmbeddedZooKeeperConfig.fromProperties(properties);
    assertEquals(Path.of("/tmp/zookeeper"), config.dataLogDir());
    assertEquals(12181, config.clientAddress().getPort());
    assertTrue(config.clientAddress().getAddress().isLoopbackAddress());
    assertEquals(0, config.maxClientConnections());

    properties.setProperty("clientPort", "port");
    assertEquals(
        "clientPort=port is not a number; allowed are 0 to 65535",
        assertThrows(
                IllegalArgumentException.class,
                () -> EmbeddedZooKeeperConfig.fromProperties(properties))
            .getMessage());
  }

  private EmbeddedZooKeeper start() throws Exception {
    return EmbeddedZooKeeper.start(EmbeddedZooKeeperConfig.loopback(directory, 0));
  }

  private static ZooKeeperClient connect(EmbeddedZooKeeper server) throws Exception {
    return ZooKeeperClient.connect(ZooKeeperClientConfig.of(server.connectString()));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
