package org.odradek.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.GatheringWriter;
import org.odradek.protocol.Message;
import org.odradek.protocol.RecordsPayload;
import org.odradek.protocol.message.ApiMessages;
import org.odradek.storage.FileRecords;

/**
 * Turns responses into bytes.
 *
 * <pre>
 *   0               4               8                            4 + length
 *   +---------------+---------------+---------------+------------+
 *   | length (int32)| correlation id| tagged fields | body       |
 *   |               | int32         | from header 1 |            |
 *   +---------------+---------------+---------------+------------+
 * </pre>
 *
 * <p>Records are not copied: those in memory are written from where they are, those in a file go
 * from the page cache to the socket. Small ones are copied after all, since a system call for each
 * piece costs more.
 */
@ChannelHandler.Sharable
final class ResponseEncoder extends ChannelOutboundHandlerAdapter {
  static final ResponseEncoder INSTANCE = new ResponseEncoder();

  /** Below this many bytes a copy is cheaper than a piece of its own in the gathering write. */
  private static final int COPY_MEMORY_BELOW_BYTES = 1024;

  /** Below this many bytes reading a file is as cheap as transferring from it. */
  private static final int COPY_FILE_BELOW_BYTES = 16 * 1024;

  private ResponseEncoder() {}

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (!(message instanceof EncodableResponse response)) {
      ctx.write(message, promise);
      return;
    }
    List<Object> parts;
    try {
      parts = encode(ctx, response);
    } catch (RuntimeException e) {
      promise.setFailure(e);
      ctx.fireExceptionCaught(
          new IllegalStateException(
              "cannot encode the response to " + response.request().describe(), e));
      return;
    }
    int last = parts.size() - 1;
    for (int i = 0; i < last; i++) {
      ctx.write(parts.get(i));
    }
    ctx.write(parts.get(last), promise);
  }

  /** The frame in pieces: buffers and file regions; each holds one reference. */
  private static List<Object> encode(ChannelHandlerContext ctx, EncodableResponse encodable) {
    ReceivedRequest request = encodable.request();
    Message response = encodable.response();
    short version = request.responseVersion();
    boolean tagged = ApiMessages.responseHeaderVersion(request.apiKey(), version) >= 1;
    int length = Integer.BYTES + (tagged ? 1 : 0) + response.sizeInBytes(version);
    int inline = Integer.BYTES + length - response.recordsSizeInBytes(version);
    ByteBuf head = ctx.alloc().ioBuffer(inline, inline);
    Deque<RecordsPayload> unsent = new ArrayDeque<>(0);
    try {
      ByteBuffer target = head.internalNioBuffer(0, inline);
      int start = target.position();
      GatheringWriter out = new GatheringWriter(target);
      out.writeInt(length);
      out.writeInt(request.correlationId());
      if (tagged) {
        out.writeUnsignedVarint(0);
      }
      response.write(out, version);
      out.inserts().forEach(insert -> unsent.add(insert.payload()));
      if (target.hasRemaining()) {
        throw new IllegalStateException(
            inline + " bytes by its own account, but wrote " + (target.position() - start));
      }
      head.writerIndex(inline);
      if (out.inserts().isEmpty()) {
        return List.of(head);
      }
      return pieces(ctx, head, start, out.inserts(), unsent);
    } catch (RuntimeException e) {
      head.release();
      unsent.forEach(ResponseEncoder::release);
      throw e;
    }
  }

  /** Copies small payloads between the bytes around them, and cuts the rest at the large ones. */
  private static List<Object> pieces(
      ChannelHandlerContext ctx,
      ByteBuf head,
      int start,
      List<GatheringWriter.Insert> inserts,
      Deque<RecordsPayload> unsent) {
    int size = head.readableBytes();
    for (GatheringWriter.Insert insert : inserts) {
      size += isCopied(insert.payload()) ? insert.payload().sizeInBytes() : 0;
    }
    List<Object> pieces = new ArrayList<>(2 * inserts.size() + 1);
    ByteBuf joined =
        size == head.readableBytes() ? head.retain() : ctx.alloc().ioBuffer(size, size);
    try {
      boolean copying = joined != head;
      int taken = 0;
      int cut = 0;
      for (GatheringWriter.Insert insert : inserts) {
        int before = insert.position() - start - taken;
        if (copying) {
          joined.writeBytes(head, taken, before);
        }
        taken += before;
        RecordsPayload payload = insert.payload();
        if (isCopied(payload)) {
          copy(payload, joined);
          release(payload);
        } else {
          int end = copying ? joined.writerIndex() : taken;
          if (end > cut) {
            pieces.add(joined.retainedSlice(cut, end - cut));
          }
          cut = end;
          pieces.add(byReference(payload));
        }
        unsent.remove();
      }
      if (copying) {
        joined.writeBytes(head, taken, head.readableBytes() - taken);
      }
      if (cut < size) {
        pieces.add(joined.retainedSlice(cut, size - cut));
      }
    } catch (RuntimeException e) {
      pieces.forEach(ReferenceCountUtil::release);
      throw e;
    } finally {
      joined.release();
    }
    head.release();
    return pieces;
  }

  private static boolean isCopied(RecordsPayload payload) {
    return payload.sizeInBytes()
        < (payload instanceof FileRecords ? COPY_FILE_BELOW_BYTES : COPY_MEMORY_BELOW_BYTES);
  }

  private static void copy(RecordsPayload payload, ByteBuf target) {
    int at = target.writerIndex();
    payload.writeTo(target.internalNioBuffer(at, payload.sizeInBytes()));
    target.writerIndex(at + payload.sizeInBytes());
  }

  private static Object byReference(RecordsPayload payload) {
    return switch (payload) {
      case FileRecords file -> new FileRecordsRegion(file);
      case BufferRecords memory -> Unpooled.wrappedBuffer(memory.buffer());
      default -> {
        ByteBuffer copy = ByteBuffer.allocate(payload.sizeInBytes());
        payload.writeTo(copy);
        yield Unpooled.wrappedBuffer(copy.flip());
      }
    };
  }

  /** Lets go of the records of a response that will not be written. */
  static void discard(Message response, short version) {
    int inline = response.sizeInBytes(version) - response.recordsSizeInBytes(version);
    GatheringWriter out = new GatheringWriter(ByteBuffer.allocate(inline));
    response.write(out, version);
    out.inserts().forEach(insert -> release(insert.payload()));
  }

  private static void release(RecordsPayload payload) {
    if (payload instanceof FileRecords file) {
      file.release();
    }
  }
}
