package org.odradek.broker.network;

/**
 * How large the next request of a connection may be, and whose memory it takes: less before the
 * login than afterwards. Only on the connection's event loop.
 */
final class FrameBudget {
  /** The key that limits requests. */
  static final String REQUEST_MAX = "socket.request.max.bytes";

  /** The key that limits them before the login. */
  static final String LOGIN_MAX = "sasl.server.max.receive.size";

  private int maxBytes;
  private String keyName;
  private RequestMemory memory;

  FrameBudget(int maxBytes, String keyName, RequestMemory memory) {
    this.maxBytes = maxBytes;
    this.keyName = keyName;
    this.memory = memory;
  }

  /** For requests whose length is not known yet. */
  void set(int newMaxBytes, String newKeyName, RequestMemory newMemory) {
    maxBytes = newMaxBytes;
    keyName = newKeyName;
    memory = newMemory;
  }

  int maxBytes() {
    return maxBytes;
  }

  /** For messages: the configuration key that says so. */
  String keyName() {
    return keyName;
  }

  RequestMemory memory() {
    return memory;
  }
}
