package org.odradek.processes;

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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A standalone ZooKeeper server: ours or a stock one, as the command says that starts it. */
public final class ZooKeeperServer implements AutoCloseable {
  private final Path folder;
  private final int port = Checkout.freePort();
  private final Path properties;
  private final Function<Path, List<String>> command;
  private final Map<String, String> environment;
  private String host = "127.0.0.1";
  private int tickMs = 2_000;
  private int starts;
  private @Nullable ServerProcess process;

  /**
   * A server whose files are below {@code folder}.
   *
   * @param command what starts it, for its properties file; must become the server by exec
   * @param environment variables of the process
   */
  public ZooKeeperServer(
      Path folder, Function<Path, List<String>> command, Map<String, String> environment) {
    this.folder = folder;
    this.command = command;
    this.environment = new HashMap<>(environment);
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
    ServerProcess started =
        ServerProcess.start(
            "ZooKeeper " + address(),
            command.apply(properties),
            environment,
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

  /** The process, for its accounting. */
  public long pid() {
    if (process == null) {
      throw new IllegalStateException("ZooKeeper " + address() + " does not run");
    }
    return process.pid();
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
