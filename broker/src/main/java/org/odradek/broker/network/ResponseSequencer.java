package org.odradek.broker.network;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.network.PendingResponse.Outcome;

/**
 * Keeps responses in the order of their requests. The order is that of arrival; the correlation id
 * is the client's business.
 *
 * <p>Responses that complete while a burst of requests is being read are flushed together when it
 * has been read; those that complete at other times are flushed together at the end of the event
 * loop's current round.
 */
final class ResponseSequencer extends ChannelInboundHandlerAdapter {
  private final ReadGate gate;
  private final ConnectionThrottle throttle;
  private final RateLimitedLog warnings;
  private final SocketCounts counts;
  private final Deque<PendingResponse> inOrder = new ArrayDeque<>(4);
  private @Nullable ChannelHandlerContext context;
  private @Nullable EventLoop eventLoop;
  private boolean reading;
  private boolean flushNeeded;
  private boolean flushScheduled;
  private boolean closed;

  ResponseSequencer(ReadGate gate, RateLimitedLog warnings, SocketCounts counts) {
    this.gate = gate;
    this.throttle = new ConnectionThrottle(gate);
    this.warnings = warnings;
    this.counts = counts;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    eventLoop = ctx.channel().eventLoop();
  }

  EventLoop eventLoop() {
    if (eventLoop == null) {
      throw new IllegalStateException("not in a pipeline yet");
    }
    return eventLoop;
  }

  /** Takes up no request for so long. */
  void throttle(int forMs) {
    if (!closed) {
      throttle.hold(eventLoop(), forMs);
    }
  }

  /** Whether a handler is at work for this connection. */
  boolean isBusy() {
    return !inOrder.isEmpty();
  }

  /** Gives the request its place in the order. */
  PendingResponse admit(ReceivedRequest request) {
    PendingResponse pending = new PendingResponse(request, this);
    inOrder.add(pending);
    if (inOrder.size() >= NetworkConfig.MAX_IN_FLIGHT_PER_CONNECTION) {
      gate.close(ReadGate.Reason.IN_FLIGHT_LIMIT);
    }
    return pending;
  }

  /** Writes this response and those waiting behind it, if it is at the head. */
  void onCompleted(PendingResponse pending) {
    while (!inOrder.isEmpty()) {
      Outcome outcome = inOrder.element().outcome();
      if (outcome == null) {
        break;
      }
      finish(inOrder.remove(), outcome);
    }
    flushSoon();
    if (inOrder.size() < NetworkConfig.MAX_IN_FLIGHT_PER_CONNECTION) {
      gate.open(ReadGate.Reason.IN_FLIGHT_LIMIT);
    }
    if (pending.holdsNextRequest()) {
      pending.holdsNextRequest(false);
      gate.open(ReadGate.Reason.REQUEST_IN_PROGRESS);
    }
  }

  private void finish(PendingResponse pending, Outcome outcome) {
    RequestFrame frame = pending.request().frame();
    ChannelHandlerContext ctx = context;
    if (closed || ctx == null) {
      frame.release();
      if (outcome instanceof Outcome.Answer answer) {
        ResponseEncoder.discard(answer.response(), pending.request().responseVersion());
      }
      return;
    }
    switch (outcome) {
      case Outcome.Answer answer -> {
        flushNeeded = true;
        ctx.write(new EncodableResponse(pending.request(), answer.response()))
            .addListener(written -> written(frame, written.isSuccess()));
        // no slice of the request is needed any more; its memory counts until the response is out
        frame.releaseBytes();
      }
      case Outcome.NoAnswer none -> frame.release();
      case Outcome.Close close -> {
        frame.release();
        warnings.warn(
            "Closing the connection: " + pending.request().describe() + ": " + close.reason());
        gate.close(ReadGate.Reason.CLOSING);
        closed = true;
        // behind what is still to be written
        ctx.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      }
    }
  }

  private void written(RequestFrame frame, boolean isSent) {
    if (isSent) {
      counts.response();
    }
    frame.release();
  }

  private void flushSoon() {
    if (flushNeeded && !reading && !flushScheduled) {
      flushScheduled = true;
      eventLoop().execute(this::flushNow);
    }
  }

  private void flushNow() {
    flushScheduled = false;
    if (flushNeeded && !reading && context != null) {
      flushNeeded = false;
      context.flush();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    reading = true;
    ctx.fireChannelRead(message);
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reading = false;
    if (flushNeeded) {
      flushNeeded = false;
      ctx.flush();
    }
    ctx.fireChannelReadComplete();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (ctx.channel().isWritable()) {
      gate.open(ReadGate.Reason.UNREAD_RESPONSES);
    } else {
      gate.close(ReadGate.Reason.UNREAD_RESPONSES);
    }
    ctx.fireChannelWritabilityChanged();
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    closed = true;
    throttle.end();
    // the others are released when their handlers come to an end
    inOrder.removeIf(pending -> {
      Outcome outcome = pending.outcome();
      if (outcome != null) {
        finish(pending, outcome);
      }
      return outcome != null;
    });
    ctx.fireChannelInactive();
  }
}
