package org.odradek.broker.group;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Holds the one reply to a request, and objects to a second. */
final class Reply<R> implements Consumer<R> {
  private @Nullable R value;

  @Override
  public void accept(R reply) {
    if (value != null) {
      throw new AssertionError("second reply " + reply + " after " + value);
    }
    value = reply;
  }

  boolean isHere() {
    return value != null;
  }

  R get() {
    if (value == null) {
      throw new AssertionError("no reply yet");
    }
    return value;
  }
}
