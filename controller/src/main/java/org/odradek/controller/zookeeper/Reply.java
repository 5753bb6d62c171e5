package org.odradek.controller.zookeeper;

/**
 * Where ZooKeeper's answer to one request goes, once.
 *
 * <p>Thread-safety: called on the event thread of the ZooKeeper client.
 */
interface Reply<T> {
  /** What was answered, taken from the arguments of a callback. */
  @FunctionalInterface
  interface Value<T> {
    T get();
  }

  void succeed(T value);

  /**
   * As the return code says: the value, another attempt after a lost connection, or a failure.
   *
   * @param rc ZooKeeper's return code
   * @param failedPath the node to name in a failure
   */
  void complete(int rc, String failedPath, Value<T> value);
}
