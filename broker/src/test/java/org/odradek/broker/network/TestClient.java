package org.odradek.broker.network;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ByteBufferWriter;
import org.odradek.protocol.Message;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.ApiMessages;

/** A client that writes and reads frames byte by byte, and waits for at most so long. */
final class TestClient implements AutoCloseable {
  private static final int TIMEOUT_MS = 20_000;

  private final Socket socket;
  private final DataInputStream in;

  TestClient(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(TIMEOUT_MS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(socket.getInputStream());
  }

  record Answer(int correlationId, ByteBuffer body) {
    <R extends Message> R read(Class<R> type, ApiKey key, short version) {
      return type.cast(ApiMessages.readResponse(key, new MessageReader(body), version));
    }
  }

  /** A whole frame with its length prefix. */
  static byte[] frame(ApiKey key, int version, int correlationId, Message body) {
    short v = (short) version;
    short headerVersion = ApiMessages.requestHeaderVersion(key, v);
    byte[] clientId = "test".getBytes(StandardCharsets.US_ASCII);
    int header = 8 + (headerVersion >= 1 ? 2 + clientId.length : 0) + (headerVersion >= 2 ? 1 : 0);
    ByteBuffer frame = ByteBuffer.allocate(4 + header + body.sizeInBytes(v));
    frame.putInt(frame.capacity() - 4).putShort(key.id()).putShort(v).putInt(correlationId);
    if (headerVersion >= 1) {
      frame.putShort((short) clientId.length).put(clientId);
    }
    if (headerVersion >= 2) {
      frame.put((byte) 0);
    }
    body.write(new ByteBufferWriter(frame), v);
    return frame.array();
  }

  void send(byte[] bytes) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(bytes);
    out.flush();
  }

  void send(ApiKey key, int version, int correlationId, Message body) throws IOException {
    send(frame(key, version, correlationId, body));
  }

  /** The next response, its header taken off. */
  Answer receive(ApiKey key, int version) throws IOException {
    ByteBuffer frame = receiveFrame();
    int correlationId = frame.getInt();
    if (ApiMessages.responseHeaderVersion(key, (short) version) >= 1) {
      if (frame.get() != 0) {
        throw new AssertionError("tagged fields in the header");
      }
    }
    return new Answer(correlationId, frame);
  }

  ByteBuffer receiveFrame() throws IOException {
    byte[] frame = new byte[in.readInt()];
    in.readFully(frame);
    return ByteBuffer.wrap(frame);
  }

  /** Waits for the first byte of something. */
  void receiveSome() throws IOException {
    if (in.read() < 0) {
      throw new EOFException("closed by the server");
    }
  }

  /** Waits until the server closes the connection; what it still sends is thrown away. */
  void awaitClose() throws IOException {
    try {
      while (in.read() >= 0) {
        // whatever it is
      }
    } catch (EOFException | SocketException e) {
      // reset, which is closed as well
    }
  }

  void shutdownOutput() throws IOException {
    socket.shutdownOutput();
  }

  Socket socket() {
    return socket;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
