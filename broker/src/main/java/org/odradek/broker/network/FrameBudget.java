package org.odradek.broker.network;

import org.jspecify.annotations.Nullable;

/**
 * How large the next request of a connection may be, and whose memory it takes: less before the
 * login than afterwards. Only on the connection's event loop.
 */
final class FrameBudget {
  /** The key that limits requests. */
  static final String REQUEST_MAX = "socket.request.max.bytes";

  /** The key that limits them before the login. */
  static final String LOGIN_MAX = "sasl.server.max.receive.size";

  private final RequestMemory memory;
  private int maxBytes;
  private @Nullable LoginMemory loginMemory;
  private boolean mayBeEmpty;

  private FrameBudget(int maxBytes, RequestMemory memory, @Nullable LoginMemory loginMemory) {
    this.maxBytes = maxBytes;
    this.memory = memory;
    this.loginMemory = loginMemory;
  }

  /** Of a connection without a login. */
  static FrameBudget ofRequests(int maxBytes, RequestMemory memory) {
    return new FrameBudget(maxBytes, memory, null);
  }

  /**
   * Of a connection that begins with a login.
   *
   * @param memory that of later requests
   */
  static FrameBudget ofLogin(int maxBytes, LoginMemory loginMemory, RequestMemory memory) {
    return new FrameBudget(maxBytes, memory, loginMemory);
  }

  /** For requests whose length is not known yet. */
  void loggedIn(int requestMaxBytes) {
    maxBytes = requestMaxBytes;
    loginMemory = null;
    mayBeEmpty = false;
  }

  /** What comes next is a token without a header, until the login is done: it may be empty. */
  void takesRawTokens() {
    mayBeEmpty = true;
  }

  /** Whether a length of 0 is in order; as with Kafka, GSSAPI has such tokens. */
  boolean mayBeEmpty() {
    return mayBeEmpty;
  }

  int maxBytes() {
    return maxBytes;
  }

  /** For messages: the configuration key that says so. */
  String keyName() {
    return loginMemory == null ? REQUEST_MAX : LOGIN_MAX;
  }

  /** Where memory for a request is reserved before it is taken in. */
  RequestMemory memory() {
    return memory;
  }

  /** Where its bytes are counted instead as they arrive; null after the login. */
  @Nullable LoginMemory loginMemory() {
    return loginMemory;
  }
}
