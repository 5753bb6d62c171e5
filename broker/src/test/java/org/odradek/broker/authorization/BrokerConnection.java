package org.odradek.broker.authorization;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.odradek.broker.network.Endpoint;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ByteBufferWriter;
import org.odradek.protocol.Message;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.ApiMessages;
import org.odradek.protocol.message.RequestHeader;
import org.odradek.protocol.message.ResponseHeader;

/** One connection to a broker, one request at a time. */
final class BrokerConnection implements AutoCloseable {
  private static final int TIMEOUT_MS = 20_000;

  private final Socket socket;
  private final DataInputStream in;

  BrokerConnection(Endpoint endpoint) throws IOException {
    this.socket = new Socket(endpoint.host(), endpoint.port());
    this.socket.setSoTimeout(TIMEOUT_MS);
    this.socket.setTcpNoDelay(true);
    this.in = new DataInputStream(socket.getInputStream());
  }

  Message ask(ApiKey apiKey, short version, Message request) throws IOException {
    short headerVersion = ApiMessages.requestHeaderVersion(apiKey, version);
    RequestHeader header =
        new RequestHeader()
            .requestApiKey(apiKey.id())
            .requestApiVersion(version)
            .correlationId(1)
            .clientId("table");
    int length = header.sizeInBytes(headerVersion) + request.sizeInBytes(version);
    ByteBuffer frame = ByteBuffer.allocate(Integer.BYTES + length).putInt(length);
    ByteBufferWriter out = new ByteBufferWriter(frame);
    header.write(out, headerVersion);
    request.write(out, version);
    socket.getOutputStream().write(frame.array());
    byte[] response = new byte[in.readInt()];
    in.readFully(response);
    MessageReader reader = new MessageReader(ByteBuffer.wrap(response));
    ResponseHeader.read(reader, ApiMessages.responseHeaderVersion(apiKey, version));
    return ApiMessages.readResponse(apiKey, reader, version);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
