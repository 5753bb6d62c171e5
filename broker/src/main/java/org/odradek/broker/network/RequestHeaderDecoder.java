package org.odradek.broker.network;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.api.RequestContext.ConnectionSession;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.ProtocolException;
import org.odradek.protocol.message.ApiMessages;

/**
 * Reads the header of a request and finds who serves it.
 *
 * <pre>
 *   0        2        4               8                 8 + n
 *   +--------+--------+---------------+-----------------+---------------+------
 *   | key    | version| correlation id| client id       | tagged fields | body
 *   | int16  | int16  | int32         | nullable string | from header 2 |
 *   +--------+--------+---------------+-----------------+---------------+------
 * </pre>
 *
 * <p>A key or version that is not served closes the connection, as in Kafka, but for ApiVersions:
 * its handler answers every version.
 */
final class RequestHeaderDecoder extends ChannelInboundHandlerAdapter {
  private final HandlerRegistry handlers;
  private final String listenerName;
  private final ConnectionSession session;
  private final SocketCounts counts;
  private ReceivedRequest.@Nullable ConnectionInfo connection;

  RequestHeaderDecoder(
      HandlerRegistry handlers,
      String listenerName,
      ConnectionSession session,
      SocketCounts counts) {
    this.handlers = handlers;
    this.listenerName = listenerName;
    this.session = session;
    this.counts = counts;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    RequestFrame frame = (RequestFrame) message;
    ReceivedRequest request;
    try {
      request = decode(ctx, frame);
    } catch (ProtocolException e) {
      frame.release();
      throw new BadRequestException("a request header that cannot be read: " + e.getMessage(), e);
    } catch (RuntimeException e) {
      frame.release();
      throw e;
    }
    counts.request();
    ctx.fireChannelRead(request);
  }

  private ReceivedRequest decode(ChannelHandlerContext ctx, RequestFrame frame) {
    ByteBuffer bytes = frame.bytes().nioBuffer();
    int start = bytes.position();
    MessageReader in = new MessageReader(bytes);
    short key = in.readShort();
    short version = in.readShort();
    int correlationId = in.readInt();
    ApiKey apiKey = ApiKey.forId(key);
    ApiHandler<?, ?> handler = handlers.find(key);
    if (apiKey == null || handler == null) {
      throw new BadRequestException(
          "a request with API key "
              + key
              + (apiKey == null ? "" : " (" + apiKey.apiName() + ")")
              + ", which is not served here");
    }
    boolean served = version >= handler.minVersion() && version <= handler.maxVersion();
    if (!served && apiKey != ApiKey.API_VERSIONS) {
      throw new BadRequestException(
          apiKey.apiName()
              + " in version "
              + version
              + "; served are "
              + handler.minVersion()
              + " to "
              + handler.maxVersion());
    }
    String clientId = null;
    // what follows in a version that is not known cannot be known either
    if (served) {
      short headerVersion = ApiMessages.requestHeaderVersion(apiKey, version);
      clientId = headerVersion >= 1 ? in.readNullableString("client id", false) : null;
      if (headerVersion >= 2) {
        skipTaggedFields(in);
      }
    }
    return new ReceivedRequest(
        handler, version, correlationId, clientId, frame, in.position() - start, connection(ctx));
  }

  private static void skipTaggedFields(MessageReader in) {
    int tag = -1;
    for (int left = in.readTaggedFieldCount(); left > 0; left--) {
      tag = in.readTag(tag);
      in.readUnknownTaggedField(List.of(), tag, in.readTaggedFieldEnd());
    }
  }

  private ReceivedRequest.ConnectionInfo connection(ChannelHandlerContext ctx) {
    if (connection == null) {
      connection =
          ReceivedRequest.ConnectionInfo.of(listenerName, ctx.channel(), session, handlers);
    }
    return connection;
  }
}
