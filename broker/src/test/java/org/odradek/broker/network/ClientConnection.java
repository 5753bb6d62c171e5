package org.odradek.broker.network;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import javax.net.SocketFactory;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ByteBufferWriter;
import org.odradek.protocol.Message;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.ApiMessages;
import org.odradek.protocol.message.RequestHeader;
import org.odradek.protocol.message.ResponseHeader;

/**
 * One connection of a client to a broker: requests may be sent ahead, answers come in their order.
 * Nobody waits longer than 20 seconds for one.
 */
public final class ClientConnection implements AutoCloseable {
  private static final int TIMEOUT_MS = 20_000;

  /** As Kafka's consumers have it: a large answer fills it, and the broker has to wait. */
  private static final int RECEIVE_BUFFER_BYTES = 1 << 16;

  private record Question(ApiKey apiKey, short version) {}

  private final String clientId;
  private final Socket socket;
  private final DataInputStream in;
  private final Queue<Question> open = new ArrayDeque<>();
  private int correlationId;

  /**
   * @param sockets makes plain or encrypted ones
   * @param clientId what the client calls itself
   */
  public ClientConnection(SocketFactory sockets, String host, int port, String clientId)
      throws IOException {
    this.clientId = clientId;
    socket = sockets.createSocket();
    socket.setReceiveBufferSize(RECEIVE_BUFFER_BYTES);
    socket.connect(new InetSocketAddress(host, port));
    socket.setSoTimeout(TIMEOUT_MS);
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
  }

  /** Sends a request, and does not wait for its answer. */
  public void send(ApiKey apiKey, int apiVersion, Message request) throws IOException {
    write(frame(apiKey, apiVersion, request));
    open.add(new Question(apiKey, (short) apiVersion));
  }

  /** Sends a request that has no answer. */
  public void sendOnly(ApiKey apiKey, int apiVersion, Message request) throws IOException {
    write(frame(apiKey, apiVersion, request));
  }

  private byte[] frame(ApiKey apiKey, int apiVersion, Message request) {
    short version = (short) apiVersion;
    short headerVersion = ApiMessages.requestHeaderVersion(apiKey, version);
    RequestHeader header =
        new RequestHeader()
            .requestApiKey(apiKey.id())
            .requestApiVersion(version)
            .correlationId(correlationId++)
            .clientId(clientId);
    int length = header.sizeInBytes(headerVersion) + request.sizeInBytes(version);
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + length).putInt(length);
    var out = new ByteBufferWriter(frame);
    header.write(out, headerVersion);
    request.write(out, version);
    return frame.array();
  }

  private void write(byte[] frame) throws IOException {
    socket.getOutputStream().write(frame);
  }

  /** How many answers are still to come. */
  public int unanswered() {
    return open.size();
  }

  /** The answer to the first request that has had none. */
  public Message answer() throws IOException {
    Question question = open.remove();
    byte[] response = new byte[in.readInt()];
    in.readFully(response);
    var reader = new MessageReader(ByteBuffer.wrap(response));
    ResponseHeader.read(
        reader, ApiMessages.responseHeaderVersion(question.apiKey(), question.version()));
    return ApiMessages.readResponse(question.apiKey(), reader, question.version());
  }

  public <T extends Message> T ask(
      ApiKey apiKey, int apiVersion, Message request, Class<T> response) throws IOException {
    send(apiKey, apiVersion, request);
    return response.cast(answer());
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
