package org.odradek.systemtests.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;
import org.odradek.processes.Certificates;

/**
 * A listener with TLS, as a client of the test's own sees it, for {@link TranscriptRunner#with} as
 * {@code tls}:
 *
 * <pre>
 * $ tls certificate   connects and prints whose certificate is shown, with its serial number
 * $ tls connect       opens the connection that is kept, and lets a request be answered on it
 * $ tls ask           has one more request answered on that connection
 * </pre>
 */
public final class TlsListener implements AutoCloseable {
  private static final byte[] API_VERSIONS =
      RawClient.request(RawClient.API_VERSIONS, 0, "kept", new byte[0]);

  private final String host;
  private final int port;
  private final Certificates certificates;
  private final String client;
  private @Nullable RawClient kept;

  /**
   * @param address host and port
   * @param client whose certificate is shown to it
   */
  public TlsListener(String address, Certificates certificates, String client) {
    int colon = address.lastIndexOf(':');
    this.host = address.substring(0, colon);
    this.port = Integer.parseInt(address.substring(colon + 1));
    this.certificates = certificates;
    this.client = client;
  }

  /** The words after {@code tls}. */
  public CommandOutcome command(List<String> words) {
    String command = "tls " + String.join(" ", words);
    try {
      String printed =
          switch (words.getFirst()) {
            case "certificate" -> certificate();
            case "connect" -> connect();
            case "ask" -> ask();
            default -> throw new IllegalArgumentException(command);
          };
      return new CommandOutcome(command, 0, printed, "", Duration.ZERO);
    } catch (IOException e) {
      return new CommandOutcome(command, 1, "", e.toString(), Duration.ZERO);
    }
  }

  private SSLSocket handshake() throws IOException {
    // In a context of its own: a session of before, resumed, would show the certificate of then.
    var socket =
        (SSLSocket) certificates.client(client).getSocketFactory().createSocket(host, port);
    try {
      socket.startHandshake();
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private String certificate() throws IOException {
    try (SSLSocket socket = handshake()) {
      var shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
      return shown.getSubjectX500Principal() + " " + shown.getSerialNumber();
    }
  }

  private String connect() throws IOException {
    close();
    kept = new RawClient(handshake());
    return ask();
  }

  private String ask() throws IOException {
    RawClient connection = kept;
    if (connection == null) {
      throw new IllegalStateException("tls connect comes first");
    }
    ByteBuffer answer = connection.send(API_VERSIONS).answer();
    if (answer == null) {
      throw new IOException("the connection was closed");
    }
    short error = answer.getShort(Integer.BYTES);
    return error == 0 ? "answered" : "error " + error;
  }

  @Override
  public void close() {
    RawClient connection = kept;
    kept = null;
    if (connection != null) {
      try {
        connection.close();
      } catch (IOException e) {
        throw new UncheckedIOException("cannot close the connection", e);
      }
    }
  }
}
