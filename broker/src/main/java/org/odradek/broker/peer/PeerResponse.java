package org.odradek.broker.peer;

import org.odradek.protocol.Message;

/**
 * A response and the received bytes that it points into: records and other bytes of the message are
 * slices of the frame, valid until {@link #close}. Whoever gets it must close it, once.
 *
 * <p>Thread-safety: one thread at a time, any thread.
 */
public final class PeerResponse implements AutoCloseable {
  private final Message message;
  private final Runnable release;
  private boolean isClosed;

  /**
   * @param release gives back the memory of the frame
   */
  public PeerResponse(Message message, Runnable release) {
    this.message = message;
    this.release = release;
  }

  public Message message() {
    return message;
  }

  /** Gives back the memory; a second call does nothing. */
  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      release.run();
    }
  }
}
