package org.odradek.systemtests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.kerby.kerberos.kerb.KrbException;
import org.apache.kerby.kerberos.kerb.server.SimpleKdcServer;
import org.odradek.processes.Checkout;

/**
 * A Kerberos server on the loopback interface, within this process, with the files that others need
 * to use it.
 */
public final class KerberosRealm implements AutoCloseable {
  public static final String NAME = "SYSTEM.ODRADEK";

  private final Path folder;
  private final SimpleKdcServer server;

  /**
   * @param folder where its files are put, key tables among them
   */
  public KerberosRealm(Path folder) {
    this.folder = folder;
    try {
      Files.createDirectories(folder);
      int port = Checkout.freePort();
      server = new SimpleKdcServer();
      server.setWorkDir(folder.toFile());
      server.setKdcRealm(NAME);
      server.setKdcHost("127.0.0.1");
      server.setKdcTcpPort(port);
      server.setAllowUdp(false);
      server.init();
      server.start();
      Files.writeString(folder.resolve("krb5.conf"), config(port));
    } catch (IOException e) {
      throw new UncheckedIOException("no Kerberos server in " + folder, e);
    } catch (KrbException e) {
      throw new IllegalStateException("no Kerberos server", e);
    }
  }

  private static String config(int port) {
    return """
    [libdefaults]
      default_realm = %1$s
      udp_preference_limit = 1
      dns_lookup_kdc = false
    [realms]
      %1$s = {
        kdc = 127.0.0.1:%2$d
      }
    """
        .formatted(NAME, port);
  }

  /** What a JVM needs to find it. */
  public String jvmOption() {
    return "-Djava.security.krb5.conf=" + folder.resolve("krb5.conf");
  }

  /** Makes a principal, and says how a JAAS configuration logs in as it. */
  public String register(String principal) {
    Path keyTab = folder.resolve(principal.replace('/', '_') + ".keytab");
    try {
      server.createPrincipal(principal);
      server.exportPrincipal(principal, keyTab.toFile());
      Files.setPosixFilePermissions(keyTab, PosixFilePermissions.fromString("rw-------"));
    } catch (KrbException e) {
      throw new IllegalStateException("no principal " + principal, e);
    } catch (IOException e) {
      throw new UncheckedIOException("no key table " + keyTab, e);
    }
    return "com.sun.security.auth.module.Krb5LoginModule required useKeyTab=true storeKey=true"
        + " keyTab=\"%s\" principal=\"%s@%s\";".formatted(keyTab, principal, NAME);
  }

  @Override
  public void close() {
    try {
      server.stop();
    } catch (KrbException e) {
      throw new IllegalStateException("the Kerberos server does not stop", e);
    }
  }
}
