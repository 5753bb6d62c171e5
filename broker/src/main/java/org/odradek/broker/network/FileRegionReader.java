package org.odradek.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.odradek.storage.FileRecords;

/**
 * Reads records from their files where the bytes have to be encrypted and cannot go to the socket
 * from the page cache: piece by piece, as the client takes them, so that a connection holds {@link
 * #WINDOW_BYTES} of them at most. What is not in the page cache is read on threads that may wait.
 *
 * <p>While there is something left to read the connection counts as not writable, as it does with
 * file regions in its own buffer.
 */
final class FileRegionReader extends ChannelDuplexHandler {
  /** Read, and not yet taken by the socket. */
  static final int WINDOW_BYTES = 256 * 1024;

  /** Read at once. */
  static final int PIECE_BYTES = 64 * 1024;

  private static final int WRITABILITY_INDEX = 1;

  /** Something that is to be written behind a region, or a region. */
  private record Pending(Object message, ChannelPromise promise) {}

  private final Executor readers;
  private final Deque<Pending> pending = new ArrayDeque<>(4);

  /** Of the region at the head. */
  private int taken;

  private long unsent;
  private boolean reading;
  private boolean draining;
  private boolean closed;
  private boolean isWritable = true;

  /**
   * @param readers may wait for disks; may refuse when too much is under way
   */
  FileRegionReader(Executor readers) {
    this.readers = readers;
  }

  @Override
  public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
    if (pending.isEmpty() && !(message instanceof FileRecordsRegion)) {
      ctx.write(message, promise);
      return;
    }
    if (closed) {
      ReferenceCountUtil.release(message);
      promise.tryFailure(new ClosedChannelException());
      return;
    }
    pending.add(new Pending(message, promise));
    drain(ctx);
    markWritable(ctx, pending.isEmpty());
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    drain(ctx);
    ctx.flush();
  }

  /** Writes what may be written; flushes nothing. */
  private boolean drain(ChannelHandlerContext ctx) {
    if (draining || reading) {
      return false;
    }
    draining = true;
    boolean wrote = false;
    try {
      while (!closed && !reading && !pending.isEmpty() && unsent < WINDOW_BYTES) {
        Pending head = pending.element();
        if (head.message instanceof FileRecordsRegion region) {
          wrote |= nextPiece(ctx, region.records());
        } else {
          pending.remove();
          ctx.write(head.message, head.promise);
          wrote = true;
        }
      }
    } finally {
      draining = false;
    }
    if (pending.isEmpty()) {
      markWritable(ctx, true);
    }
    return wrote;
  }

  private boolean nextPiece(ChannelHandlerContext ctx, FileRecords records) {
    int length = Math.min(PIECE_BYTES, records.sizeInBytes() - taken);
    ByteBuf piece = ctx.alloc().directBuffer(length, length);
    if (records.likelyResident() || records.isCached(taken, length)) {
      IOException failure = read(records, taken, piece, length);
      return write(ctx, piece, failure);
    }
    int from = taken;
    reading = true;
    records.retain(); // the connection may be closed meanwhile
    try {
      readers.execute(() -> {
        IOException failure = read(records, from, piece, length);
        records.release();
        onEventLoop(ctx, piece, failure);
      });
    } catch (RejectedExecutionException e) {
      // too many reads wait for disks: better to read here than not at all
      reading = false;
      records.release();
      return write(ctx, piece, read(records, from, piece, length));
    }
    return false;
  }

  private void onEventLoop(
      ChannelHandlerContext ctx, ByteBuf piece, @Nullable IOException failure) {
    try {
      ctx.executor()
          .execute(() -> {
            reading = false;
            if (closed) {
              piece.release();
              return;
            }
            boolean wrote = write(ctx, piece, failure);
            wrote |= drain(ctx);
            if (wrote) {
              ctx.flush();
            }
          });
    } catch (RejectedExecutionException e) {
      piece.release(); // the event loop has ended, and with it the connection
    }
  }

  private static @Nullable IOException read(
      FileRecords records, int from, ByteBuf piece, int length) {
    ByteBuffer target = piece.internalNioBuffer(0, length);
    try {
      while (target.hasRemaining()) {
        long position = records.position() + from + (length - target.remaining());
        if (records.channel().read(target, position) < 0) {
          return new IOException(
              "the file ends at "
                  + position
                  + ", before the end of the records that were to be sent, "
                  + (records.position() + records.sizeInBytes()));
        }
      }
    } catch (IOException e) {
      return e;
    }
    piece.writerIndex(length);
    return null;
  }

  /** Passes a piece of the region at the head on; the frame cannot be completed without it. */
  private boolean write(ChannelHandlerContext ctx, ByteBuf piece, @Nullable IOException failure) {
    if (failure != null) {
      piece.release();
      closed = true;
      failAll(failure);
      ctx.close();
      return false;
    }
    int length = piece.readableBytes();
    Pending head = pending.element();
    FileRecordsRegion region = (FileRecordsRegion) head.message;
    taken += length;
    unsent += length;
    boolean isLast = taken == region.records().sizeInBytes();
    ChannelPromise promise = isLast ? head.promise : ctx.newPromise();
    if (isLast) {
      pending.remove();
      taken = 0;
    }
    promise.addListener(written -> {
      unsent -= length;
      if (written.isSuccess() && drain(ctx)) {
        ctx.flush();
      }
    });
    ctx.write(piece, promise);
    if (isLast) {
      region.release();
    }
    return true;
  }

  private void markWritable(ChannelHandlerContext ctx, boolean writable) {
    ChannelOutboundBuffer buffer = ctx.channel().unsafe().outboundBuffer();
    if (buffer != null && isWritable != writable) {
      isWritable = writable;
      buffer.setUserDefinedWritability(WRITABILITY_INDEX, writable);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    end();
    ctx.fireChannelInactive();
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    end();
  }

  private void end() {
    closed = true;
    failAll(new ClosedChannelException());
  }

  private void failAll(Exception cause) {
    for (Pending next = pending.poll(); next != null; next = pending.poll()) {
      ReferenceCountUtil.release(next.message);
      next.promise.tryFailure(cause);
    }
  }
}
