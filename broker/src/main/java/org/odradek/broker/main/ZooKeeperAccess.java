package org.odradek.broker.main;

import java.io.IOException;
import java.net.BindException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.LogSettings;
import org.odradek.broker.config.ZooKeeperKeys;
import org.odradek.controller.zookeeper.EmbeddedZooKeeper;
import org.odradek.controller.zookeeper.EmbeddedZooKeeperConfig;
import org.odradek.controller.zookeeper.ZnodeProtection;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.controller.zookeeper.ZooKeeperClientConfig;
import org.odradek.controller.zookeeper.ZooKeeperLogin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The session with ZooKeeper, and the server of our own where no other is configured. */
final class ZooKeeperAccess implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ZooKeeperAccess.class);

  /** Where the stock tools of 2.x look first. */
  private static final int USUAL_PORT = 2181;

  private final @Nullable EmbeddedZooKeeper server;
  private final ZooKeeperClient session;

  private ZooKeeperAccess(@Nullable EmbeddedZooKeeper server, ZooKeeperClient session) {
    this.server = server;
    this.session = session;
  }

  static ZooKeeperAccess start(BrokerConfig config) throws StartException, InterruptedException {
    String connect = config.optional(ZooKeeperKeys.ZOOKEEPER_CONNECT);
    EmbeddedZooKeeper server = null;
    try {
      if (connect == null || connect.isBlank()) {
        server = startServer(dataDirectory(config));
        connect = server.connectString();
      }
      boolean login = logsIn(server != null);
      Duration sessionTimeout =
          Duration.ofMillis(config.value(ZooKeeperKeys.ZOOKEEPER_SESSION_TIMEOUT_MS));
      Integer connectionTimeoutMs = config.optional(ZooKeeperKeys.ZOOKEEPER_CONNECTION_TIMEOUT_MS);
      ZooKeeperClient session =
          ZooKeeperClient.connect(
              new ZooKeeperClientConfig(
                  connect,
                  sessionTimeout,
                  connectionTimeoutMs == null
                      ? sessionTimeout
                      : Duration.ofMillis(connectionTimeoutMs),
                  protection(config, login),
                  login,
                  ZooKeeperTlsSettings.of(config, server != null)));
      return new ZooKeeperAccess(server, session);
    } catch (StartException | ConfigException e) {
      close(server);
      throw e;
    } catch (IOException e) {
      close(server);
      throw new StartException(String.valueOf(e.getMessage()), e);
    }
  }

  /** With the embedded server only if that lets anybody log in. */
  private static boolean logsIn(boolean isEmbedded) throws StartException {
    try {
      return ZooKeeperLogin.isConfigured() && (!isEmbedded || ZooKeeperLogin.isServerConfigured());
    } catch (SecurityException e) {
      throw new StartException("The JAAS file cannot be read: " + e.getMessage(), e);
    }
  }

  private static ZnodeProtection protection(BrokerConfig config, boolean login)
      throws StartException {
    if (!config.value(ZooKeeperKeys.ZOOKEEPER_SET_ACL)) {
      return ZnodeProtection.OPEN;
    }
    if (!login) {
      throw new StartException(
          "zookeeper.set.acl=true protects nodes by this broker's login to ZooKeeper, and it has"
              + " none: -Djava.security.auth.login.config=FILE has to name a file with a section "
              + ZooKeeperLogin.section());
    }
    return ZnodeProtection.SECURED;
  }

  /** {@code zookeeper} beside the first log directory, named after it. */
  private static Path dataDirectory(BrokerConfig config) throws StartException {
    Path logs = Path.of(LogSettings.directories(config).getFirst()).toAbsolutePath().normalize();
    Path name = logs.getFileName();
    if (name == null) {
      throw new StartException("log.dirs is " + logs + ", which cannot hold a broker's logs");
    }
    return logs.resolveSibling(name + "-zookeeper");
  }

  /**
   * On the usual port where it is free, so that {@code --zookeeper localhost:2181} works; else on
   * any other, which the log tells.
   */
  private static EmbeddedZooKeeper startServer(Path data) throws IOException, InterruptedException {
    createForOwner(data);
    try {
      return EmbeddedZooKeeper.start(EmbeddedZooKeeperConfig.loopback(data, USUAL_PORT));
    } catch (IOException e) {
      if (!(e.getCause() instanceof BindException)) {
        throw e;
      }
      EmbeddedZooKeeper server = EmbeddedZooKeeper.start(EmbeddedZooKeeperConfig.loopback(data, 0));
      log.info(
          "Port {} is taken; the tools reach this broker's ZooKeeper by --zookeeper {}",
          USUAL_PORT,
          server.connectString());
      return server;
    }
  }

  /** It will hold what SCRAM checks passwords with. */
  private static void createForOwner(Path directory) throws IOException {
    if (Files.isDirectory(directory)) {
      return;
    }
    Files.createDirectories(directory);
    if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }
  }

  ZooKeeperClient session() {
    return session;
  }

  /** The address of the embedded server; empty when another one is used. */
  Optional<String> embeddedServer() {
    return server == null ? Optional.empty() : Optional.of(server.connectString());
  }

  @Override
  public void close() {
    session.close();
    close(server);
  }

  private static void close(@Nullable EmbeddedZooKeeper server) {
    if (server != null) {
      try {
        server.close();
      } catch (IOException e) {
        log.warn("The embedded ZooKeeper did not stop cleanly", e);
      }
    }
  }
}
