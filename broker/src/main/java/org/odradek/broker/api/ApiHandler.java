package org.odradek.broker.api;

import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.Message;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;

/**
 * Serves one API key. The version ranges that ApiVersions advertises are derived from the list of
 * registered handlers, so a range given here is a promise: every version in it is served in full.
 *
 * <p>Handlers are written against the newest shape of a message; differences between versions live
 * in the schema, or in one visible place of the handler.
 *
 * <p>Thread-safety: one instance serves all connections at once.
 *
 * @param <Q> the request message
 * @param <R> the response message
 */
public interface ApiHandler<Q extends Message, R extends Message> {

  /** Where {@link #handle} runs. */
  enum Execution {
    /** On the connection's event loop: the handler never waits for a disk, a lock or ZooKeeper. */
    EVENT_LOOP,
    /** On a bounded pool of workers: the handler may wait. */
    WORKER
  }

  ApiKey apiKey();

  /** The lowest version served. */
  short minVersion();

  /** The highest version served, inclusive. */
  short maxVersion();

  default Execution execution() {
    return Execution.EVENT_LOOP;
  }

  /**
   * Whether the next request of the same connection may start as soon as {@link #handle} has
   * returned, though this response is not complete yet. False (as Kafka does for all) holds the
   * connection's next request back until the response is complete; responses are written in request
   * order either way.
   */
  default boolean pipelined() {
    return false;
  }

  /**
   * Whether slices in the request (records, byte fields) are those of the network buffer, valid
   * only until the response is completed. False gives the request a copy of its own on the heap,
   * whose slices may be kept: right for all requests but large ones.
   */
  default boolean borrowsFrame() {
    return false;
  }

  /**
   * The operation on the cluster without which nothing of the request is served: it is answered
   * with the {@link #error} of CLUSTER_AUTHORIZATION_FAILED then, and {@link #handle} is not
   * called. Null where the rights are those on what the request names; the handler asks for them
   * itself.
   */
  default @Nullable AclOperation clusterOperation() {
    return null;
  }

  /** Whether a broker asks, for which no client's quota of request time counts. */
  default boolean isOfBroker(Q request) {
    return clusterOperation() == AclOperation.CLUSTER_ACTION;
  }

  /** Decodes a request body of the given version; slices of the frame are not copied. */
  Q read(MessageReader in, short version);

  /**
   * Handles one request and completes {@code responder} exactly once, now or later, from any
   * thread. An exception thrown from here becomes the error response of {@link #error}.
   */
  void handle(RequestContext context, Q request, Responder<R> responder);

  /**
   * The response that reports {@code cause} for the whole request, in the shape Kafka gives it (the
   * error code repeated for each topic, partition or resource asked for, where there is no
   * top-level one).
   */
  R error(Q request, short version, Throwable cause);
}
