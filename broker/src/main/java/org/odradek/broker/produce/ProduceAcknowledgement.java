package org.odradek.broker.produce;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.Responder;
import org.odradek.broker.partition.Errors;
import org.odradek.broker.partition.WaitTimer;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.message.ProduceResponse;

/**
 * The second half of a Produce request: waits until all its appends are acknowledged, or for as
 * long as the request allows, and then answers.
 *
 * <p>Thread-safety: completed by any thread, once.
 */
final class ProduceAcknowledgement {
  private final List<ProduceAppends.Pending> pending;
  private final ProduceResponse response;
  private final Responder<ProduceResponse> out;
  private final AtomicInteger open;
  private final AtomicBoolean answered = new AtomicBoolean();
  private volatile WaitTimer.@Nullable Wait timeout;

  ProduceAcknowledgement(
      List<ProduceAppends.Pending> pending,
      ProduceResponse response,
      Responder<ProduceResponse> out) {
    this.pending = pending;
    this.response = response;
    this.out = out;
    this.open = new AtomicInteger(pending.size());
  }

  void awaitUpTo(long timeoutMs, WaitTimer timer) {
    timeout = timer.schedule(this::answer, timeoutMs);
    for (ProduceAppends.Pending append : pending) {
      append
          .acknowledged()
          .whenComplete((done, failure) -> {
            if (open.decrementAndGet() == 0) {
              answer();
            }
          });
    }
  }

  private void answer() {
    if (!answered.compareAndSet(false, true)) {
      return;
    }
    WaitTimer.Wait wait = timeout;
    if (wait != null) {
      wait.cancel();
    }
    for (ProduceAppends.Pending append : pending) {
      ErrorCode code = outcome(append);
      if (code != ErrorCode.NONE) {
        append.answer().errorCode(code.code()).baseOffset(ProduceAppends.NO_OFFSET);
      }
    }
    out.complete(response);
  }

  private static ErrorCode outcome(ProduceAppends.Pending append) {
    return switch (append.acknowledged().state()) {
      case RUNNING -> {
        append.acknowledged().cancel(false); // forget the wait
        yield ErrorCode.REQUEST_TIMED_OUT;
      }
      case SUCCESS -> ErrorCode.NONE;
      case FAILED -> Errors.codeOf(append.acknowledged().exceptionNow());
      case CANCELLED -> ErrorCode.REQUEST_TIMED_OUT;
    };
  }
}
