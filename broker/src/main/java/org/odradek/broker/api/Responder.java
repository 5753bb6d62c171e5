package org.odradek.broker.api;

import org.odradek.protocol.Message;

/**
 * Takes the response of one request.
 *
 * <p>Thread-safety: may be called from any thread, exactly once; a second call is a defect and
 * throws {@link IllegalStateException}.
 */
public interface Responder<R extends Message> {

  /** Hands the response over to be written once all earlier ones of the connection are. */
  void complete(R response);

  /** No response is written for this request (Produce with acks=0). */
  void completeWithoutResponse();

  /**
   * Closes the connection instead of answering, after earlier responses; {@code reason} is logged.
   */
  void closeConnection(String reason);

  /**
   * The client is over a quota: the connection's next request is not read for so long from now on,
   * whether the response is out by then or not (KIP-219). Without a connection nothing happens.
   */
  default void throttle(int forMs) {}
}
