package org.odradek.broker.authentication.gssapi;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.apache.kerby.kerberos.kerb.KrbException;
import org.apache.kerby.kerberos.kerb.server.KdcConfigKey;
import org.apache.kerby.kerberos.kerb.server.SimpleKdcServer;
import org.apache.kerby.kerberos.kerb.type.base.EncryptionKey;
import org.odradek.broker.authentication.JaasEntry;

/**
 * A Kerberos server in this JVM, on the loopback interface, and the JVM set up to use it. One at a
 * time.
 */
public final class TestKdc implements AutoCloseable {
  public static final String REALM = "TEST.ODRADEK";

  /** The principal of brokers at {@code localhost}. */
  public static final String BROKER = "kafka/localhost";

  private static final String CONFIG = "java.security.krb5.conf";

  private final Path folder;
  private final SimpleKdcServer server;

  /**
   * @param folder empty; key tables are made there
   */
  public TestKdc(Path folder) {
    this.folder = folder;
    try {
      int port = freePort();
      server = new SimpleKdcServer();
      server.setWorkDir(folder.toFile());
      server.setKdcRealm(REALM);
      server.setKdcHost("127.0.0.1");
      server.setKdcTcpPort(port);
      server.setAllowUdp(false);
      server.getKdcConfig().setString(KdcConfigKey.ENCRYPTION_TYPES, "aes128-cts-hmac-sha1-96");
      server.init();
      server.start();
      Files.writeString(folder.resolve("krb5.conf"), config(port));
    } catch (IOException | KrbException e) {
      throw new IllegalStateException("no Kerberos server", e);
    }
    System.setProperty(CONFIG, folder.resolve("krb5.conf").toString());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String config(int port) {
    return """
    [libdefaults]
      default_realm = %1$s
      udp_preference_limit = 1
      kdc_timeout = 5000
      dns_lookup_kdc = false
      clockskew = 30
    [realms]
      %1$s = {
        kdc = 127.0.0.1:%2$d
      }
    """
        .formatted(REALM, port);
  }

  /** Makes a principal with a random key, and a login module that has it. */
  public JaasEntry register(String principal) {
    Path keyTab = folder.resolve(principal.replace('/', '_') + ".keytab");
    try {
      server.createPrincipal(principal);
      server.exportPrincipal(principal, keyTab.toFile());
    } catch (KrbException e) {
      throw new IllegalStateException("no principal " + principal, e);
    }
    return entry(principal, keyTab, Map.of());
  }

  /** Gives a principal another key; tables that are there keep the former. */
  void changeKey(String principal) {
    try {
      server.deletePrincipal(principal);
      server.createPrincipal(principal);
    } catch (KrbException e) {
      throw new IllegalStateException("no other key for " + principal, e);
    }
  }

  /** The key of a principal. */
  EncryptionKey key(String principal) {
    try {
      return server
          .getKadmin()
          .getPrincipal(principal + "@" + REALM)
          .getKeys()
          .values()
          .iterator()
          .next();
    } catch (KrbException e) {
      throw new IllegalStateException("no key of " + principal, e);
    }
  }

  /** A login by a module, which has not been made yet. */
  public static KerberosLogin login(JaasEntry entry, InstantSource clock) {
    return new KerberosLogin(
        entry, new RenewalRules(0.8, 0.05, 60_000), clock, new SplittableRandom(1));
  }

  /** Logs in by a module. */
  public static KerberosLogin loggedIn(JaasEntry entry) throws IOException {
    KerberosLogin login = login(entry, InstantSource.system());
    long nextMs = login.logIn();
    if (nextMs <= 0) {
      throw new IllegalStateException("the next login is due in " + nextMs + " ms");
    }
    return login;
  }

  /** A login module with the given options besides. */
  public static JaasEntry entry(String principal, Path keyTab, Map<String, String> more) {
    Map<String, String> options = new HashMap<>();
    options.put("useKeyTab", "true");
    options.put("storeKey", "true");
    options.put("refreshKrb5Config", "true");
    options.put("keyTab", keyTab.toString());
    options.put("principal", principal + "@" + REALM);
    options.putAll(more);
    return new JaasEntry(KerberosLogin.MODULE, options);
  }

  @Override
  public void close() {
    System.clearProperty(CONFIG);
    try {
      server.stop();
    } catch (KrbException e) {
      throw new IllegalStateException("the Kerberos server does not stop", e);
    }
  }
}
