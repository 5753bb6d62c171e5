package org.odradek.broker.api;

/**
 * How much of the time of the broker's threads a client may use (KIP-124).
 *
 * <p>Thread-safety: any thread, and nothing blocks.
 */
public interface RequestTimeLimit {

  /** Nobody has a limit. */
  RequestTimeLimit NONE =
      new RequestTimeLimit() {
        @Override
        public boolean isMeasured() {
          return false;
        }

        @Override
        public int charge(RequestContext context, long nanos, Responder<?> out) {
          return 0;
        }

        @Override
        public void exempt(long nanos) {}
      };

  /** Whether anybody has a limit, so that times are to be taken at all. */
  boolean isMeasured();

  /**
   * Counts the time that a request took of a thread, and holds its connection back if its client
   * used too much.
   *
   * @return the throttle time for the response, in milliseconds
   */
  int charge(RequestContext context, long nanos, Responder<?> out);

  /** Notes the time that a broker's request took of a thread, for which there is no limit. */
  void exempt(long nanos);
}
