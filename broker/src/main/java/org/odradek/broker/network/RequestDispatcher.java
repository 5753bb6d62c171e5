package org.odradek.broker.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.ByteBuffer;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestTimeLimit;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.Message;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.ProtocolException;
import org.odradek.protocol.acl.AclOperation;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes the body of a request and lets its handler have it, here on the event loop or on a
 * worker.
 *
 * <p>The next request of the connection is held back until this one is complete, or, where the
 * handler says so ({@link ApiHandler#pipelined}), until {@link ApiHandler#handle} has returned.
 */
final class RequestDispatcher extends ChannelInboundHandlerAdapter {
  private static final Logger log = LoggerFactory.getLogger(RequestDispatcher.class);

  private final ResponseSequencer sequencer;
  private final ReadGate gate;
  private final WorkerPool workers;
  private final StartGate start;
  private final RequestTimeLimit requestTime;
  private @Nullable ReceivedRequest early;
  private boolean isClosed;

  RequestDispatcher(
      ResponseSequencer sequencer,
      ReadGate gate,
      WorkerPool workers,
      StartGate start,
      RequestTimeLimit requestTime) {
    this.sequencer = sequencer;
    this.gate = gate;
    this.workers = workers;
    this.start = start;
    this.requestTime = requestTime;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ReceivedRequest request = (ReceivedRequest) message;
    if (start.admits(request.apiKey())) {
      dispatch(ctx, request);
    } else {
      early = request;
      gate.close(ReadGate.Reason.STARTING);
      start.onOpen(() -> onEventLoop(ctx, () -> admitEarly(ctx)));
    }
  }

  /** What came while the broker started. */
  private void admitEarly(ChannelHandlerContext ctx) {
    ReceivedRequest request = early;
    early = null;
    if (request == null || isClosed) {
      return;
    }
    try {
      dispatch(ctx, request);
    } catch (RuntimeException e) {
      ctx.fireExceptionCaught(e);
      return;
    }
    gate.open(ReadGate.Reason.STARTING);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    isClosed = true;
    if (early != null) {
      early.frame().release();
      early = null;
    }
  }

  private void dispatch(ChannelHandlerContext ctx, ReceivedRequest request) {
    Message body;
    try {
      body = read(request);
    } catch (RuntimeException e) {
      request.frame().release();
      throw e instanceof ProtocolException
          ? new BadRequestException(
              request.describe() + ", which cannot be read: " + e.getMessage(), e)
          : e;
    }
    PendingResponse pending = sequencer.admit(request);
    ErrorCode refusal = request.frame().refusal();
    if (refusal != null) {
      refuse(request.handler(), request, body, pending, refusal);
      return;
    }
    switch (request.handler().execution()) {
      case EVENT_LOOP -> {
        invoke(request.handler(), request, body, pending);
        if (!request.handler().pipelined() && pending.outcome() == null) {
          hold(pending);
        }
      }
      case WORKER -> {
        hold(pending);
        enqueue(ctx, request, body, pending);
      }
    }
  }

  private static Message read(ReceivedRequest request) {
    RequestFrame frame = request.frame();
    ByteBuf bytes = frame.bytes();
    int index = bytes.readerIndex() + request.bodyIndex();
    int length = frame.length() - request.bodyIndex();
    ByteBuffer body;
    if (request.handler().borrowsFrame()) {
      body = bytes.nioBuffer(index, length);
    } else {
      byte[] copy = new byte[length];
      bytes.getBytes(index, copy);
      frame.releaseBytes();
      body = ByteBuffer.wrap(copy);
    }
    return request.handler().read(new MessageReader(body), request.version());
  }

  private void hold(PendingResponse pending) {
    pending.holdsNextRequest(true);
    gate.close(ReadGate.Reason.REQUEST_IN_PROGRESS);
  }

  private void enqueue(
      ChannelHandlerContext ctx, ReceivedRequest request, Message body, PendingResponse pending) {
    Runnable task =
        () -> {
          invoke(request.handler(), request, body, pending);
          if (request.handler().pipelined()) {
            onEventLoop(ctx, () -> letNextOneGo(pending));
          }
        };
    Runnable retry =
        () ->
            onEventLoop(
                ctx,
                () -> {
                  gate.open(ReadGate.Reason.WORKERS_BUSY);
                  enqueue(ctx, request, body, pending);
                });
    gate.close(ReadGate.Reason.WORKERS_BUSY);
    if (workers.execute(task, retry)) {
      gate.open(ReadGate.Reason.WORKERS_BUSY);
    }
  }

  private void letNextOneGo(PendingResponse pending) {
    if (pending.holdsNextRequest()) {
      pending.holdsNextRequest(false);
      gate.open(ReadGate.Reason.REQUEST_IN_PROGRESS);
    }
  }

  private static void onEventLoop(ChannelHandlerContext ctx, Runnable task) {
    try {
      ctx.executor().execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("The event loop has ended", e);
    }
  }

  @SuppressWarnings("unchecked") // the body was read by the handler itself
  private <Q extends Message, R extends Message> void invoke(
      ApiHandler<Q, R> handler, ReceivedRequest request, Message body, PendingResponse pending) {
    if (requestTime.isMeasured()) {
      pending.measure(requestTime, handler.isOfBroker((Q) body));
    }
    try {
      AclOperation needed = handler.clusterOperation();
      if (needed != null && !request.access().allowsOnCluster(needed)) {
        throw new ApiException(
            ErrorCode.CLUSTER_AUTHORIZATION_FAILED,
            request.principal()
                + " may not do "
                + needed.znodeName()
                + " on the cluster, which "
                + request.apiKey().apiName()
                + " needs");
      }
      handler.handle(request, (Q) body, (Responder<R>) (Responder<?>) pending);
    } catch (RuntimeException | Error e) {
      answerError(handler, request, (Q) body, pending, e);
    }
    pending.handled();
  }

  @SuppressWarnings("unchecked") // the body was read by the handler itself
  private static <Q extends Message> void refuse(
      ApiHandler<Q, ?> handler,
      ReceivedRequest request,
      Message body,
      PendingResponse pending,
      ErrorCode why) {
    answerError(handler, request, (Q) body, pending, new ApiException(why, why.message()));
  }

  private static <Q extends Message> void answerError(
      ApiHandler<Q, ?> handler,
      ReceivedRequest request,
      Q body,
      PendingResponse pending,
      Throwable cause) {
    PendingResponse.Outcome outcome;
    try {
      outcome =
          new PendingResponse.Outcome.Answer(handler.error(body, request.responseVersion(), cause));
    } catch (RuntimeException | Error e) {
      e.addSuppressed(cause);
      log.error("No error response to {} can be made", request.describe(), e);
      outcome = new PendingResponse.Outcome.Close("no error response can be made: " + e);
    }
    if (!pending.completeExceptionally(outcome)) {
      log.error("The handler of {} failed after it had answered", request.describe(), cause);
    } else if (!(cause instanceof ApiException)) {
      log.error("{} failed", request.describe(), cause);
    }
  }
}
