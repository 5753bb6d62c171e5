package org.odradek.systemtests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A standalone ZooKeeper server, by {@code bin/zookeeper-start.sh} or, for a stock broker, from the
 * stock jars.
 */
public final class ZooKeeperServer implements AutoCloseable {
  private final Path folder;
  private final int port = Checkout.freePort();
  private final Path properties;
  private final Map<String, String> environment = new HashMap<>();
  private String host = "127.0.0.1";
  private int tickMs = 2_000;
  private int starts;
  private @Nullable ServerProcess process;

  public ZooKeeperServer(Path folder) {
    this.folder = folder;
    this.properties = folder.resolve("zookeeper.properties");
  }

  /** Grants sessions from twice this on, and ends them within as much. */
  public ZooKeeperServer withTickMs(int milliseconds) {
    tickMs = milliseconds;
    return this;
  }

  /** A variable of the process's environment. */
  public ZooKeeperServer withEnvironment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Listens at this address, instead of 127.0.0.1. */
  public ZooKeeperServer at(String newHost) {
    host = newHost;
    return this;
  }

  public String address() {
    return host + ":" + port;
  }

  /** Starts it, with the data that it had before if this is not the first time. */
  public ZooKeeperServer start() {
    try {
      Files.createDirectories(folder);
      Files.write(
          properties,
          List.of(
              "dataDir=" + folder.resolve("data"),
              "clientPort=" + port,
              "clientPortAddress=" + host,
              "tickTime=" + tickMs,
              "maxClientCnxns=0",
              "admin.enableServer=false"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + properties, e);
    }
    SystemUnderTest system = SystemUnderTest.chosen();
    ServerProcess started =
        ServerProcess.start(
            "ZooKeeper " + address(),
            system.zooKeeperCommand(properties),
            system.environment(folder, environment),
            folder.resolve("zookeeper-" + ++starts + ".out"));
    process = started;
    Waiting.until(
        Duration.ofSeconds(60),
        () -> answers() || !started.isRunning(),
        () -> "ZooKeeper answers\n" + started.lastOutput());
    if (!started.isRunning()) {
      throw new AssertionError("ZooKeeper ended\n" + started.lastOutput());
    }
    return this;
  }

  private boolean answers() {
    try (var socket = new Socket(host, port)) {
      socket.setSoTimeout(5_000);
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return answer.contains("Mode: standalone");
    } catch (IOException notYet) {
      return false;
    }
  }

  public void stop() {
    if (process != null) {
      process.terminate();
      process = null;
    }
  }

  /** {@code kill -9}; its data stay. */
  public void kill() {
    close();
  }

  @Override
  public void close() {
    if (process != null) {
      process.kill();
      process = null;
    }
  }
}
