package org.odradek.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.FastThreadLocal;
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
 * #WINDOW_BYTES} of them at most. What is in the page cache is read at once, by reads that would
 * rather come up short than wait; what is not is read on threads that may wait.
 *
 * <p>While there is something left to read the connection counts as not writable, as it does with
 * file regions in its own buffer.
 */
final class FileRegionReader extends ChannelDuplexHandler {
  /** Read, and not yet taken by the socket. */
  static final int WINDOW_BYTES = 256 * 1024;

  /** Read at once. */
  static final int PIECE_BYTES = 64 * 1024;

  /** Written in one go, then others on the event loop have their turn: about a millisecond. */
  static final int TURN_BYTES = 1024 * 1024;

  private static final int WRITABILITY_INDEX = 1;

  private static final FastThreadLocal<ByteBuf> LOOP_BUFFER =
      new FastThreadLocal<>() {
        @Override
        protected ByteBuf initialValue() {
          return Unpooled.directBuffer(PIECE_BYTES, PIECE_BYTES);
        }

        @Override
        protected void onRemoval(ByteBuf buffer) {
          buffer.release();
        }
      };

  /** Something that is to be written behind a region, or a region. */
  private record Pending(Object message, ChannelPromise promise) {}

  /** Reads what need not be waited for; see {@link FileRecords#readCached}. */
  @FunctionalInterface
  interface CachedReads {
    int read(FileRecords records, int from, ByteBuffer target);
  }

  private final Executor readers;
  private final CachedReads cachedReads;
  private final Deque<Pending> pending = new ArrayDeque<>(4);

  /** Of the region at the head. */
  private int taken;

  private long unsent;
  private boolean reading;
  private boolean draining;

  /** Whether it goes on after others have had their turn. */
  private boolean isNextTurnDue;

  private boolean closed;
  private boolean isWritable = true;

  /**
   * @param readers may wait for disks; may refuse when too much is under way
   */
  FileRegionReader(Executor readers) {
    this(readers, FileRecords::readCached);
  }

  FileRegionReader(Executor readers, CachedReads cachedReads) {
    this.readers = readers;
    this.cachedReads = cachedReads;
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
  }

  @Override
  public void flush(ChannelHandlerContext ctx) {
    drain(ctx);
    ctx.flush();
    markWritable(ctx, pending.isEmpty());
  }

  /**
   * Writes what may be written. Each piece is flushed before the next is read, so that it is
   * encrypted out of the processor's cache, and its buffer is free again. A socket that takes all
   * at once gets {@link #TURN_BYTES} at a time.
   *
   * @return whether there is something left to flush
   */
  private boolean drain(ChannelHandlerContext ctx) {
    if (draining || reading || isNextTurnDue) {
      return false;
    }
    draining = true;
    boolean wrote = false;
    boolean hasPiece = false;
    int inThisTurn = 0;
    try {
      while (!closed && !reading && !pending.isEmpty() && unsent < WINDOW_BYTES) {
        Pending head = pending.element();
        if (head.message instanceof FileRecordsRegion region) {
          if (hasPiece) {
            hasPiece = false;
            ctx.flush();
            continue; // which may have closed the connection
          }
          if (inThisTurn >= TURN_BYTES) {
            goOnNextTurn(ctx);
            break;
          }
          inThisTurn += PIECE_BYTES;
          hasPiece = nextPiece(ctx, region.records());
          wrote |= hasPiece;
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

  private void goOnNextTurn(ChannelHandlerContext ctx) {
    isNextTurnDue = true;
    try {
      ctx.executor()
          .execute(() -> {
            isNextTurnDue = false;
            if (drain(ctx)) {
              ctx.flush();
            }
          });
    } catch (RejectedExecutionException e) {
      // the event loop has ended, and with it the connection
    }
  }

  private boolean nextPiece(ChannelHandlerContext ctx, FileRecords records) {
    int length = Math.min(PIECE_BYTES, records.sizeInBytes() - taken);
    ByteBuf cached = bufferOfLoop(ctx, length);
    cached.writerIndex(cachedReads.read(records, taken, cached.internalNioBuffer(0, length)));
    if (!cached.isWritable()) {
      return pass(ctx, cached, null);
    }
    if (records.likelyResident()) {
      return pass(ctx, cached, read(records, taken, cached, length));
    }
    cached.release();
    ByteBuf piece = ctx.alloc().directBuffer(length, length);
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
      return pass(ctx, piece, read(records, from, piece, length));
    }
    return false;
  }

  /** Where the event loop reads into, unless the last piece is not encrypted yet. */
  private static ByteBuf bufferOfLoop(ChannelHandlerContext ctx, int length) {
    ByteBuf buffer = LOOP_BUFFER.get();
    return buffer.refCnt() == 1
        ? buffer.retainedSlice(0, length).clear()
        : ctx.alloc().directBuffer(length, length);
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
            boolean wrote = pass(ctx, piece, failure);
            wrote |= drain(ctx);
            if (wrote) {
              ctx.flush();
            }
          });
    } catch (RejectedExecutionException e) {
      piece.release(); // the event loop has ended, and with it the connection
    }
  }

  /** Fills the piece up. */
  private static @Nullable IOException read(
      FileRecords records, int from, ByteBuf piece, int length) {
    int there = piece.writerIndex();
    ByteBuffer target = piece.internalNioBuffer(there, length - there);
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
  private boolean pass(ChannelHandlerContext ctx, ByteBuf piece, @Nullable IOException failure) {
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
