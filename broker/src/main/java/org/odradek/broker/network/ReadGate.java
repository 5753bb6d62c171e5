package org.odradek.broker.network;

import java.util.EnumSet;
import java.util.Set;

/**
 * Whether the next request of a connection may be taken up. Several reasons can hold it back at
 * once; it opens when the last one is gone.
 *
 * <p>Only on the connection's event loop.
 */
final class ReadGate {

  /** Why a connection's next request has to wait. */
  enum Reason {
    /** No memory left for requests. */
    REQUEST_MEMORY,
    /** The request before it must be complete first. */
    REQUEST_IN_PROGRESS,
    /** Too many requests of the connection are being served. */
    IN_FLIGHT_LIMIT,
    /** All workers are busy and their queue is full. */
    WORKERS_BUSY,
    /** Clients are not let in yet. */
    STARTING,
    /** The client does not read its responses. */
    UNREAD_RESPONSES,
    /** The client is over a quota. */
    THROTTLED,
    /** A token without a header is being judged. */
    LOGGING_IN,
    /** The connection is going to be closed. */
    CLOSING
  }

  private final Set<Reason> reasons = EnumSet.noneOf(Reason.class);
  private Runnable onOpen = () -> {};

  /** Called each time that the last reason goes. */
  void onOpen(Runnable action) {
    onOpen = action;
  }

  boolean isOpen() {
    return reasons.isEmpty();
  }

  void close(Reason reason) {
    reasons.add(reason);
  }

  void open(Reason reason) {
    if (reasons.remove(reason) && reasons.isEmpty()) {
      onOpen.run();
    }
  }
}
