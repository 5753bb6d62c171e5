package org.odradek.broker.peer;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Cuts what is received into responses.
 *
 * <pre>
 *   0               4                          4 + length
 *   +---------------+---------------------------+
 *   | length (int32)| response header and body  |
 *   +---------------+---------------------------+
 * </pre>
 *
 * <p>A response that came in one piece is a slice of what was received; a larger one is gathered in
 * one buffer of exactly its size, so that each byte is copied once at most.
 */
final class ResponseFrameDecoder extends ChannelInboundHandlerAdapter {
  private static final int LENGTH_UNKNOWN = -1;
  private static final int LENGTH_BYTES = 4;

  private final int frameMaxBytes;
  private final Consumer<ByteBuf> frames;
  private final Consumer<String> faults;

  private int prefix;
  private int prefixBytes;
  private int length = LENGTH_UNKNOWN;
  private @Nullable ByteBuf gathered;
  private boolean isBroken;

  /**
   * @param frames gets each frame and its one reference
   * @param faults told what is wrong with a length; nothing is decoded after that
   */
  ResponseFrameDecoder(int frameMaxBytes, Consumer<ByteBuf> frames, Consumer<String> faults) {
    this.frameMaxBytes = frameMaxBytes;
    this.frames = frames;
    this.faults = faults;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ByteBuf chunk = (ByteBuf) message;
    try {
      while (chunk.isReadable() && !isBroken) {
        if (length != LENGTH_UNKNOWN || readLength(chunk)) {
          takeBody(ctx, chunk);
        }
      }
    } finally {
      chunk.release();
    }
  }

  private boolean readLength(ByteBuf chunk) {
    while (prefixBytes < LENGTH_BYTES && chunk.isReadable()) {
      prefix = prefix << 8 | chunk.readUnsignedByte();
      prefixBytes++;
    }
    if (prefixBytes < LENGTH_BYTES) {
      return false;
    }
    length = prefix;
    prefix = 0;
    prefixBytes = 0;
    if (length < Integer.BYTES || length > frameMaxBytes) {
      isBroken = true;
      faults.accept(
          "a response of length " + length + "; it must be from 4 to " + frameMaxBytes + " bytes");
      return false;
    }
    return chunk.isReadable();
  }

  private void takeBody(ChannelHandlerContext ctx, ByteBuf chunk) {
    ByteBuf frame;
    if (gathered == null && chunk.readableBytes() >= length) {
      frame = chunk.readRetainedSlice(length);
    } else {
      if (gathered == null) {
        gathered = ctx.alloc().directBuffer(length, length);
      }
      gathered.writeBytes(chunk, Math.min(chunk.readableBytes(), gathered.writableBytes()));
      if (gathered.isWritable()) {
        return;
      }
      frame = gathered;
      gathered = null;
    }
    length = LENGTH_UNKNOWN;
    frames.accept(frame);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    isBroken = true;
    if (gathered != null) {
      gathered.release();
      gathered = null;
    }
  }
}
