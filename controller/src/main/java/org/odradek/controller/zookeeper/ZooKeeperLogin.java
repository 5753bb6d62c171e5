package org.odradek.controller.zookeeper;

import javax.security.auth.login.Configuration;
import org.apache.zookeeper.client.ZKClientConfig;

/**
 * Whether this process logs in to ZooKeeper: it does if the JAAS file has a section for that, named
 * {@code Client} unless the system property {@code zookeeper.sasl.clientconfig} says otherwise. The
 * login itself is the ZooKeeper client's own.
 */
public final class ZooKeeperLogin {
  private static final String JAAS_FILE = "java.security.auth.login.config";
  private static final String SERVER_SECTION = "Server";

  private ZooKeeperLogin() {}

  /** The name of the section. */
  public static String section() {
    return System.getProperty(
        ZKClientConfig.LOGIN_CONTEXT_NAME_KEY, ZKClientConfig.LOGIN_CONTEXT_NAME_KEY_DEFAULT);
  }

  /**
   * @throws SecurityException if the JAAS file cannot be read
   */
  public static boolean isConfigured() {
    return System.getProperty(JAAS_FILE) != null
        && Boolean.parseBoolean(System.getProperty(ZKClientConfig.ENABLE_CLIENT_SASL_KEY, "true"))
        && Configuration.getConfiguration().getAppConfigurationEntry(section()) != null;
  }

  /**
   * Whether the embedded server lets anybody log in.
   *
   * @throws SecurityException if the JAAS file cannot be read
   */
  public static boolean isServerConfigured() {
    return System.getProperty(JAAS_FILE) != null
        && Configuration.getConfiguration().getAppConfigurationEntry(SERVER_SECTION) != null;
  }
}
