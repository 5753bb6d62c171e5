package org.odradek.controller.zookeeper;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxn;
import org.apache.zookeeper.server.ZKDatabase;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnLog;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ZooKeeper server of one node inside this process. What costs start-up time and is of no use
 * here is left out: the admin web server, and the JMX beans of the server and of each connection.
 *
 * <p>Thread-safety: {@link #start} and {@link #close} by one thread; the server has its own.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedZooKeeper.class);

  /** ZooKeeper reserves 64 MiB for each transaction log file by default; ours stay small. */
  private static final int LOG_PREALLOCATION_BYTES = 256 * 1024;

  /** A new log file (and a snapshot) begins after about so many transactions. */
  private static final int SNAPSHOT_EVERY_TRANSACTIONS = 20_000;

  private static final int LISTEN_BACKLOG_DEFAULT = -1;

  private final FileTxnSnapLog files;
  private final BareServer server;
  private final BareConnections connections;
  private final @Nullable DatadirCleanupManager purge;
  private boolean closed;

  private EmbeddedZooKeeper(
      FileTxnSnapLog files,
      BareServer server,
      BareConnections connections,
      @Nullable DatadirCleanupManager purge) {
    this.files = files;
    this.server = server;
    this.connections = connections;
    this.purge = purge;
  }

  /**
   * Starts the server and returns once it answers.
   *
   * @throws IOException if the directories cannot be used or the address cannot be bound; the
   *     message says which
   */
  public static EmbeddedZooKeeper start(EmbeddedZooKeeperConfig config)
      throws IOException, InterruptedException {
    setProcessWideDefaults();
    Files.createDirectories(config.dataDir());
    Files.createDirectories(config.dataLogDir());
    FileTxnSnapLog files =
        new FileTxnSnapLog(config.dataLogDir().toFile(), config.dataDir().toFile());
    BareServer server = new BareServer(files, Math.toIntExact(config.tickTime().toMillis()));
    BareConnections connections = new BareConnections();
    try {
      connections.configure(
          config.clientAddress(), config.maxClientConnections(), LISTEN_BACKLOG_DEFAULT, false);
      connections.startup(server, true);
    } catch (BindException e) {
      files.close();
      throw new IOException(
          "ZooKeeper cannot listen on %s: %s; another one is running there, or the address is not this machine's"
              .formatted(config.clientAddress(), e.getMessage()),
          e);
    } catch (IOException | RuntimeException e) {
      connections.shutdown();
      files.close();
      throw new IOException(
          "ZooKeeper cannot start from its data in %s: %s"
              .formatted(config.dataDir(), e.getMessage()),
          e);
    }
    EmbeddedZooKeeper started =
        new EmbeddedZooKeeper(files, server, connections, startPurging(config));
    log.info("ZooKeeper listens on {}, data in {}", started.connectString(), config.dataDir());
    return started;
  }

  private static @Nullable DatadirCleanupManager startPurging(EmbeddedZooKeeperConfig config) {
    if (config.purgeInterval().isZero()) {
      return null;
    }
    DatadirCleanupManager purge =
        new DatadirCleanupManager(
            config.dataDir().toFile(),
            config.dataLogDir().toFile(),
            config.snapshotsRetained(),
            (int) Math.max(1, config.purgeInterval().toHours()));
    purge.start();
    return purge;
  }

  /** Where clients connect: the port is the one really bound. */
  public InetSocketAddress clientAddress() {
    return new InetSocketAddress(
        connections.getLocalAddress().getAddress(), connections.getLocalPort());
  }

  public int port() {
    return connections.getLocalPort();
  }

  /** {@code host:port}, fit for {@code zookeeper.connect}. */
  public String connectString() {
    String host = clientAddress().getAddress().getHostAddress();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port();
  }

  /** Lets a session expire at once, as if its client had been silent too long. For fault tests. */
  public void expireSession(long sessionId) {
    server.closeSession(sessionId);
  }

  /** Stops taking requests, and closes log and snapshot files. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    if (purge != null) {
      purge.shutdown();
    }
    connections.shutdown(); // and the server with it
    server.shutdown();
    files.close();
    log.info("ZooKeeper on port {} stopped", connections.getLocalPort());
  }

  /** Settings that ZooKeeper takes from static fields or system properties only. */
  private static void setProcessWideDefaults() {
    FileTxnLog.setPreallocSize(LOG_PREALLOCATION_BYTES);
    setUnlessGiven("zookeeper.snapCount", Integer.toString(SNAPSHOT_EVERY_TRANSACTIONS));
    setUnlessGiven("zookeeper.admin.enableServer", "false");
    // Bounded, and without the warning that ZooKeeper logs where it is not set.
    setUnlessGiven("zookeeper.maxCnxns", "100000");
    setUnlessGiven("zookeeper.4lw.commands.whitelist", "ruok,srvr,stat");
    setUnlessGiven("zookeeper.nio.numSelectorThreads", "1");
    setUnlessGiven("zookeeper.nio.numWorkerThreads", "2");
    setUnlessGiven("zookeeper.nio.shutdownTimeout", Long.toString(TimeUnit.SECONDS.toMillis(2)));
    // A data directory with a log but no snapshot yet, as a kill in the first second leaves it.
    setUnlessGiven("zookeeper.snapshot.trust.empty", "true");
  }

  private static void setUnlessGiven(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** The server without its management beans. */
  private static final class BareServer extends ZooKeeperServer {
    BareServer(FileTxnSnapLog files, int tickTimeMs) {
      super(files, tickTimeMs, -1, -1, LISTEN_BACKLOG_DEFAULT, new ZKDatabase(files), "");
    }

    @Override
    protected void registerJMX() {}

    @Override
    protected void unregisterJMX() {}
  }

  /** The listener without a management bean for each connection. */
  private static final class BareConnections extends NIOServerCnxnFactory {
    @Override
    public void registerConnection(ServerCnxn connection) {}

    @Override
    public void unregisterConnection(ServerCnxn connection) {}
  }
}
