package org.odradek.controller.zookeeper;

import java.time.Duration;

/**
 * How to reach ZooKeeper.
 *
 * @param connect {@code host:port,host:port/chroot}, as {@code zookeeper.connect}
 * @param sessionTimeout as {@code zookeeper.session.timeout.ms}; the server may shorten or lengthen
 *     it
 * @param connectionTimeout how long start-up waits for the first connection
 * @param protection of the nodes that are made
 * @param login whether to log in, see {@link ZooKeeperLogin}
 * @param tls whether, and how, the connection is encrypted
 */
public record ZooKeeperClientConfig(
    String connect,
    Duration sessionTimeout,
    Duration connectionTimeout,
    ZnodeProtection protection,
    boolean login,
    ZooKeeperTls tls) {

  /** Kafka's default session timeout since 2.5, which is the connection timeout as well. */
  public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(18);

  public ZooKeeperClientConfig {
    if (connect.isBlank()) {
      throw new IllegalArgumentException("zookeeper.connect is empty: expected host:port,...");
    }
    if (sessionTimeout.isNegative() || sessionTimeout.isZero()) {
      throw new IllegalArgumentException("session timeout must be positive, is " + sessionTimeout);
    }
  }

  /** Without a login, and with nodes that are open to all. */
  public static ZooKeeperClientConfig of(String connect) {
    return new ZooKeeperClientConfig(
        connect, DEFAULT_TIMEOUT, DEFAULT_TIMEOUT, ZnodeProtection.OPEN, false, ZooKeeperTls.NONE);
  }

  ZooKeeperClientConfig withoutChroot() {
    return new ZooKeeperClientConfig(
        servers(), sessionTimeout, connectionTimeout, protection, login, tls);
  }

  /** The servers without the chroot. */
  String servers() {
    int slash = connect.indexOf('/');
    return slash < 0 ? connect : connect.substring(0, slash);
  }

  /** The chroot with its leading slash and without a trailing one; empty when there is none. */
  String chroot() {
    int slash = connect.indexOf('/');
    String path = slash < 0 ? "" : connect.substring(slash);
    return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
