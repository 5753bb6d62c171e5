package org.odradek.controller.zookeeper;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;

/** The embedded server as a process of its own: {@code bin/zookeeper-start.sh [file]}. */
public final class StandaloneZooKeeper {
  private StandaloneZooKeeper() {}

  /** Runs until the process is told to stop; exits with 1 and one line if it cannot start. */
  public static void main(String[] arguments) throws InterruptedException {
    if (arguments.length != 1) {
      System.err.println("usage: zookeeper-start.sh zookeeper.properties");
      System.exit(1);
      return;
    }
    EmbeddedZooKeeper server;
    try {
      server = EmbeddedZooKeeper.start(load(Path.of(arguments[0])));
    } catch (IOException | IllegalArgumentException e) {
      System.err.println("ZooKeeper cannot start with " + arguments[0] + ": " + e.getMessage());
      System.exit(1);
      return;
    }
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("zookeeper-stop")
                .unstarted(() -> {
                  try {
                    server.close();
                  } catch (IOException e) {
                    System.err.println("ZooKeeper did not stop cleanly: " + e.getMessage());
                  } finally {
                    stopped.countDown();
                  }
                }));
    System.out.println("ZooKeeper is ready on " + server.connectString());
    stopped.await();
  }

  private static EmbeddedZooKeeperConfig load(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new IOException("there is no such file");
    }
    Properties properties = new Properties();
    try (Reader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
      properties.load(in);
    }
    return EmbeddedZooKeeperConfig.fromProperties(properties);
  }
}
