package org.odradek.controller.zookeeper;

/** What a session tells its subscribers, on the ZooKeeper client's event thread, in order. */
public sealed interface SessionEvent {

  /**
   * A session began: the first one, or a new one after {@link Expired}. Nothing of an earlier
   * session is left: ephemeral nodes are gone and watches must be set by reading again.
   */
  record Established(long sessionId) implements SessionEvent {}

  /** The connection is back within the same session; watches and ephemeral nodes are kept. */
  record Reconnected(long sessionId) implements SessionEvent {}

  /** The connection is lost; requests wait until it is back or the session has expired. */
  record Disconnected() implements SessionEvent {}

  /** The session is over; every request of it that is still open fails with SESSIONEXPIRED. */
  record Expired(long sessionId) implements SessionEvent {}

  /** A watched node changed. A watch fires once: read again with a watch to hear of the next. */
  sealed interface ZnodeChange extends SessionEvent {
    String path();
  }

  record ZnodeCreated(String path) implements ZnodeChange {}

  record ZnodeDeleted(String path) implements ZnodeChange {}

  record ZnodeDataChanged(String path) implements ZnodeChange {}

  record ZnodeChildrenChanged(String path) implements ZnodeChange {}
}
