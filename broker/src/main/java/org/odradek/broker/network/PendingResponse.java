package org.odradek.broker.network;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestTimeLimit;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.Message;
import org.odradek.protocol.ThrottledResponse;

/**
 * The place of one response in its connection's order, and the way a handler fills it.
 *
 * <p>Thread-safety: the {@link Responder} methods from any thread; everything else only on the
 * connection's event loop.
 */
final class PendingResponse implements Responder<Message> {
  private static final VarHandle COMPLETED;

  static {
    try {
      COMPLETED =
          MethodHandles.lookup().findVarHandle(PendingResponse.class, "completed", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What the handler decided. */
  sealed interface Outcome {
    record Answer(Message response) implements Outcome {}

    record NoAnswer() implements Outcome {}

    record Close(String reason) implements Outcome {}
  }

  private static final Outcome NO_ANSWER = new Outcome.NoAnswer();

  private final ReceivedRequest request;
  private final ResponseSequencer sequencer;

  @SuppressWarnings("unused") // by COMPLETED
  private volatile boolean completed;

  private @Nullable RequestTimeLimit timeLimit;
  private boolean isExempt;
  private long startNanos;
  private volatile long handledNanos = -1;

  private @Nullable Outcome outcome;
  private boolean holdsNextRequest;

  PendingResponse(ReceivedRequest request, ResponseSequencer sequencer) {
    this.request = request;
    this.sequencer = sequencer;
  }

  ReceivedRequest request() {
    return request;
  }

  /** Null until the handler's decision has reached the event loop. */
  @Nullable Outcome outcome() {
    return outcome;
  }

  /** Whether the connection's next request waits for this response to be complete. */
  boolean holdsNextRequest() {
    return holdsNextRequest;
  }

  void holdsNextRequest(boolean holds) {
    holdsNextRequest = holds;
  }

  /**
   * From now on a thread is busy with the request, which counts. Before it is handled.
   *
   * @param exempt whether it is nobody's, as a broker asks
   */
  void measure(RequestTimeLimit limit, boolean exempt) {
    timeLimit = limit;
    isExempt = exempt;
    startNanos = System.nanoTime();
  }

  /** The handler has returned: what comes later is done on other occasions. */
  void handled() {
    if (timeLimit != null) {
      handledNanos = System.nanoTime() - startNanos;
    }
  }

  @Override
  public void complete(Message response) {
    finish(new Outcome.Answer(response));
  }

  @Override
  public void completeWithoutResponse() {
    finish(NO_ANSWER);
  }

  @Override
  public void closeConnection(String reason) {
    finish(new Outcome.Close(reason));
  }

  @Override
  public void throttle(int forMs) {
    if (sequencer.eventLoop().inEventLoop()) {
      sequencer.throttle(forMs);
      return;
    }
    try {
      sequencer.eventLoop().execute(() -> sequencer.throttle(forMs));
    } catch (RejectedExecutionException e) {
      // the event loop has ended, and the connection with it
    }
  }

  /** Completes with an error unless the handler has already decided; whether it had not. */
  boolean completeExceptionally(Outcome error) {
    if (!COMPLETED.compareAndSet(this, false, true)) {
      return false;
    }
    handOver(error);
    return true;
  }

  private void finish(Outcome decision) {
    if (!COMPLETED.compareAndSet(this, false, true)) {
      throw new IllegalStateException("a second response to " + request.describe());
    }
    handOver(decision);
  }

  private void handOver(Outcome decision) {
    if (timeLimit != null && decision instanceof Outcome.Answer answer) {
      chargeTime(timeLimit, answer.response());
    }
    if (sequencer.eventLoop().inEventLoop()) {
      arrive(decision);
      return;
    }
    try {
      sequencer.eventLoop().execute(() -> arrive(decision));
    } catch (RejectedExecutionException e) {
      // the event loop has ended, and the connection with it: nobody else will touch these
      request.frame().release();
      if (decision instanceof Outcome.Answer answer) {
        ResponseEncoder.discard(answer.response(), request.responseVersion());
      }
    }
  }

  private void chargeTime(RequestTimeLimit limit, Message response) {
    long handled = handledNanos;
    long nanos = handled >= 0 ? handled : System.nanoTime() - startNanos;
    if (isExempt) {
      limit.exempt(nanos);
      return;
    }
    int throttleMs = limit.charge(request, nanos, this);
    if (response instanceof ThrottledResponse told && told.throttleTimeMs() < throttleMs) {
      told.throttleTimeMs(throttleMs);
    }
  }

  private void arrive(Outcome decision) {
    outcome = decision;
    sequencer.onCompleted(this);
  }
}
