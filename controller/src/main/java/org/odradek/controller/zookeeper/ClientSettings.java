package org.odradek.controller.zookeeper;

import java.util.Properties;
import org.apache.zookeeper.client.ZKClientConfig;

/**
 * The ZooKeeper client's own settings: those of its system properties that are given, as ever. But
 * its way of reading them makes a TLS context for no other reason than to know the names of the TLS
 * settings, which takes a tenth of the start-up time; that is left to those who use TLS or SASL.
 */
final class ClientSettings extends ZKClientConfig {
  private static final String FIPS_MODE = "zookeeper.fips-mode";
  private static final String JAAS_FILE = "java.security.auth.login.config";

  ClientSettings(boolean login, ZooKeeperTls tls) {
    tls.properties().forEach(this::setProperty);
    if (login) {
      // DIGEST-MD5, which ZooKeeper's own login module has, is no mechanism of FIPS 140
      if (System.getProperty(FIPS_MODE) == null) {
        setProperty(FIPS_MODE, "false");
      }
    } else {
      setProperty(ENABLE_CLIENT_SASL_KEY, "false");
    }
  }

  /** Called by the constructor of the superclass. */
  @Override
  protected void handleBackwardCompatibility() {
    Properties given = System.getProperties();
    boolean isSecure =
        given.containsKey(JAAS_FILE)
            || given.containsKey(SECURE_CLIENT)
            || given.stringPropertyNames().stream()
                .anyMatch(name -> name.startsWith("zookeeper.ssl."));
    if (isSecure) {
      super.handleBackwardCompatibility();
      return;
    }
    for (String name : given.stringPropertyNames()) {
      if (name.startsWith("zookeeper.") || name.startsWith("jute.")) {
        setProperty(name, given.getProperty(name));
      }
    }
  }
}
