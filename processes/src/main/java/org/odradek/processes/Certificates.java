package org.odradek.processes;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * A certificate authority of a test, and the stores that it makes, by the JDK's keytool: {@code
 * trust.p12} and {@code ca.pem} for who trusts it, and for each name {@code NAME.p12} with {@code
 * NAME.key.pem} and {@code NAME.pem}. All of them have the same {@link #PASSWORD}.
 */
public final class Certificates {
  public static final String PASSWORD = "store-secret";
  private static final Path KEYTOOL = Path.of(System.getProperty("java.home"), "bin", "keytool");

  private final Path folder;

  /** Makes the authority, in a folder that is there. */
  public Certificates(Path folder) {
    this.folder = folder;
    keytool(
        "-genkeypair -alias ca -dname CN=authority -ext bc:c=ca:true -keystore ca.p12 " + key());
    keytool("-exportcert -rfc -alias ca -keystore ca.p12 -file ca.pem");
    trustTheAuthority("trust.p12");
  }

  private static String key() {
    return "-keyalg EC -groupname secp256r1 -validity 3650";
  }

  private void trustTheAuthority(String store) {
    keytool("-importcert -noprompt -alias ca -file ca.pem -keystore " + store);
  }

  /**
   * Makes a key with a certificate for this machine's loopback addresses.
   *
   * @param distinguishedName without blanks: {@code CN=client,OU=tests}
   */
  public Certificates issue(String name, String distinguishedName) {
    String store = " -alias " + name + " -keystore " + name + ".p12";
    keytool("-genkeypair -dname " + distinguishedName + store + " " + key());
    keytool("-certreq -file " + name + ".csr" + store);
    keytool(
        "-gencert -rfc -alias ca -keystore ca.p12 -validity 3650 -ext"
            + " san=ip:127.0.0.1,dns:localhost -infile "
            + name
            + ".csr -outfile "
            + name
            + ".pem");
    trustTheAuthority(name + ".p12");
    keytool("-importcert -noprompt -file " + name + ".pem" + store);
    writeKey(name);
    return this;
  }

  private void writeKey(String name) {
    char[] password = PASSWORD.toCharArray();
    try (InputStream in = Files.newInputStream(folder.resolve(name + ".p12"))) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(in, password);
      Key key = store.getKey(name, password);
      var encoder = Base64.getMimeEncoder(64, new byte[] {'\n'});
      Files.writeString(
          folder.resolve(name + ".key.pem"),
          "-----BEGIN PRIVATE KEY-----\n"
              + encoder.encodeToString(key.getEncoded())
              + "\n-----END PRIVATE KEY-----\n");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the key of " + name, e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("the key of " + name, e);
    }
  }

  private void keytool(String arguments) {
    List<String> command = new ArrayList<>(List.of(KEYTOOL.toString()));
    command.addAll(Arrays.asList(arguments.split(" ")));
    command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
    try {
      Process process =
          new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new AssertionError("keytool " + arguments + "\n" + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + KEYTOOL, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }

  /** The serial number of a certificate that was issued, in decimal. */
  public String serialNumber(String name) {
    try (InputStream in = Files.newInputStream(folder.resolve(name + ".pem"))) {
      var certificate =
          (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
      return certificate.getSerialNumber().toString();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the certificate of " + name, e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("the certificate of " + name, e);
    }
  }

  /** TLS of a client that trusts the authority and shows a certificate that was issued. */
  public SSLContext client(String name) {
    char[] password = PASSWORD.toCharArray();
    try (InputStream keys = Files.newInputStream(folder.resolve(name + ".p12"));
        InputStream trusted = Files.newInputStream(folder.resolve("trust.p12"))) {
      KeyStore keyStore = KeyStore.getInstance("PKCS12");
      keyStore.load(keys, password);
      var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      own.init(keyStore, password);
      KeyStore trustStore = KeyStore.getInstance("PKCS12");
      trustStore.load(trusted, password);
      var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(trustStore);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the stores of " + name, e);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("the stores of " + name, e);
    }
  }

  /** A file of this authority. */
  public Path file(String name) {
    return folder.resolve(name);
  }
}
