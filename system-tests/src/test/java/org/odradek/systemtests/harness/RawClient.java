package org.odradek.systemtests.harness;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Kafka's protocol by hand over one socket, for what no well-behaved client would send. */
public final class RawClient implements AutoCloseable {
  public static final short PRODUCE = 0;
  public static final short METADATA = 3;
  public static final short SASL_HANDSHAKE = 17;
  public static final short API_VERSIONS = 18;
  public static final short SASL_AUTHENTICATE = 36;

  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(1);

  private final Socket socket;
  private final DataInputStream in;

  /** A connection that is there already, with TLS for example. */
  public RawClient(Socket socket) {
    this.socket = socket;
    try {
      socket.setTcpNoDelay(true);
      socket.setSoTimeout((int) ANSWER_LIMIT.toMillis());
      in = new DataInputStream(socket.getInputStream());
    } catch (IOException e) {
      throw new UncheckedIOException("the socket " + socket, e);
    }
  }

  /** Connects to a port of 127.0.0.1. */
  public static RawClient to(int port) throws IOException {
    return new RawClient(new Socket(InetAddress.getLoopbackAddress(), port));
  }

  /** A request with its length and a header of version 1. */
  public static byte[] request(int apiKey, int version, String clientId, byte[] body) {
    byte[] name = clientId.getBytes(StandardCharsets.UTF_8);
    ByteBuffer request = ByteBuffer.allocate(4 + 2 + 2 + 4 + 2 + name.length + body.length);
    request.putInt(request.capacity() - 4).putShort((short) apiKey).putShort((short) version);
    return request.putInt(apiKey).putShort((short) name.length).put(name).put(body).array();
  }

  /** SaslHandshake v1 for a mechanism. */
  public static byte[] handshake(String mechanism) {
    return request(SASL_HANDSHAKE, 1, "raw", string(mechanism));
  }

  /** SaslAuthenticate v0 with a token. */
  public static byte[] authenticate(byte[] token) {
    ByteBuffer body = ByteBuffer.allocate(4 + token.length).putInt(token.length).put(token);
    return request(SASL_AUTHENTICATE, 0, "raw", body.array());
  }

  /** A string of the protocol: its length as int16, then UTF-8. */
  public static byte[] string(String text) {
    var bytes = new ByteArrayOutputStream();
    try {
      var out = new DataOutputStream(bytes);
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      out.writeShort(utf8.length);
      out.write(utf8);
    } catch (IOException e) {
      throw new UncheckedIOException("into memory", e);
    }
    return bytes.toByteArray();
  }

  public RawClient send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    return this;
  }

  /**
   * The next answer without its length: correlation id, then the body; null when the connection was
   * closed instead. Not coming within a minute is a failure.
   */
  public @Nullable ByteBuffer answer() throws IOException {
    try {
      byte[] frame = new byte[in.readInt()];
      in.readFully(frame);
      return ByteBuffer.wrap(frame);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("neither an answer nor the end of the connection", e);
    } catch (EOFException | java.net.SocketException | javax.net.ssl.SSLException e) {
      return null;
    }
  }

  /** The error code that answers begin with whose first field it is. */
  public short errorCode() throws IOException {
    ByteBuffer answer = answer();
    if (answer == null) {
      throw new AssertionError("the connection was closed instead of an answer");
    }
    return answer.getShort(4);
  }

  /** Waits for the end of the connection; an answer before is a failure. */
  public void awaitClosed() throws IOException {
    ByteBuffer answer = answer();
    if (answer != null) {
      throw new AssertionError(
          "an answer of " + answer.remaining() + " bytes, not the end of the connection");
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
