package org.odradek.broker.network;

import java.util.concurrent.atomic.LongAdder;

/**
 * What the connections of one listener on one event loop have done since the start, those that are
 * gone as well.
 *
 * <p>Thread-safety: counted and read by any thread.
 */
public final class SocketCounts {
  private final LongAdder opened = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final LongAdder requests = new LongAdder();
  private final LongAdder responses = new LongAdder();
  private final LongAdder bytesIn = new LongAdder();
  private final LongAdder bytesOut = new LongAdder();

  void opened() {
    opened.increment();
  }

  void closed() {
    closed.increment();
  }

  void request() {
    requests.increment();
  }

  void response() {
    responses.increment();
  }

  void bytesIn(long bytes) {
    bytesIn.add(bytes);
  }

  void bytesOut(long bytes) {
    bytesOut.add(bytes);
  }

  /** Connections that were let in. */
  public long connectionsOpened() {
    return opened.sum();
  }

  /** Those of them that have ended, whoever ended them. */
  public long connectionsClosed() {
    return closed.sum();
  }

  /** Connections that there are now. */
  public long connections() {
    // in this order: what comes and goes in between does not make it negative
    long ended = closed.sum();
    return opened.sum() - ended;
  }

  /** Requests with a header, those of logins too; tokens without one are none. */
  public long requests() {
    return requests.sum();
  }

  /** Responses that the system has taken; a request with acks=0 has none. */
  public long responses() {
    return responses.sum();
  }

  /** Bytes received, without what TLS adds. */
  public long bytesIn() {
    return bytesIn.sum();
  }

  /** Bytes sent, or about to be as soon as the client takes them, without what TLS adds. */
  public long bytesOut() {
    return bytesOut.sum();
  }
}
