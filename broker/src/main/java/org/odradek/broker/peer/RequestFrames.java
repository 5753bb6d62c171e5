package org.odradek.broker.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.nio.ByteBuffer;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ByteBufferWriter;
import org.odradek.protocol.Message;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.ProtocolException;
import org.odradek.protocol.message.ApiMessages;
import org.odradek.protocol.message.RequestHeader;
import org.odradek.protocol.message.ResponseHeader;

/** Writes requests with their length and header, and reads responses. */
final class RequestFrames {
  private RequestFrames() {}

  static ByteBuf encode(
      ByteBufAllocator allocator,
      ApiKey apiKey,
      short version,
      int correlationId,
      String clientId,
      Message request) {
    RequestHeader header =
        new RequestHeader()
            .requestApiKey(apiKey.id())
            .requestApiVersion(version)
            .correlationId(correlationId)
            .clientId(clientId);
    short headerVersion = ApiMessages.requestHeaderVersion(apiKey, version);
    int length = header.sizeInBytes(headerVersion) + request.sizeInBytes(version);
    ByteBuf frame = allocator.ioBuffer(Integer.BYTES + length, Integer.BYTES + length);
    try {
      ByteBuffer target = frame.internalNioBuffer(0, Integer.BYTES + length);
      ByteBufferWriter out = new ByteBufferWriter(target);
      out.writeInt(length);
      header.write(out, headerVersion);
      request.write(out, version);
      if (target.hasRemaining()) {
        throw new IllegalStateException(
            "%s version %d is %d bytes by its own account, but wrote %d fewer"
                .formatted(apiKey.apiName(), version, length, target.remaining()));
      }
      frame.writerIndex(Integer.BYTES + length);
      return frame;
    } catch (RuntimeException | Error e) {
      frame.release();
      throw e;
    }
  }

  /**
   * Reads the response; its records are slices of the frame.
   *
   * @throws ProtocolException when it cannot be read, or answers another request
   */
  static Message decode(ByteBuf frame, ApiKey apiKey, short version, int correlationId) {
    MessageReader in = new MessageReader(frame.nioBuffer());
    ResponseHeader header =
        ResponseHeader.read(in, ApiMessages.responseHeaderVersion(apiKey, version));
    if (header.correlationId() != correlationId) {
      throw new ProtocolException(
          "it answers request %d, but request %d is due"
              .formatted(header.correlationId(), correlationId));
    }
    return ApiMessages.readResponse(apiKey, in, version);
  }
}
