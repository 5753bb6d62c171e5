package org.odradek.broker.config;

import org.jspecify.annotations.Nullable;

/** Keys that are given for one listener only: {@code listener.name.<listener>.<key>}. */
final class ListenerKey {
  static final String PREFIX = "listener.name.";

  private ListenerKey() {}

  /**
   * The key that a listener's key stands for; null when {@code name} is not of that form, or what
   * follows the listener is not a key of the broker. SASL keys may have the mechanism in between.
   */
  static @Nullable KeyDefinition baseDefinition(String name) {
    if (!name.startsWith(PREFIX)) {
      return null;
    }
    int dot = name.indexOf('.', PREFIX.length());
    while (dot >= 0) {
      KeyDefinition definition = KeyTable.broker().find(name.substring(dot + 1));
      if (definition != null) {
        return definition;
      }
      dot = name.indexOf('.', dot + 1);
    }
    return null;
  }

  /** The listener of such a key, in lower case as written; null when it is not of that form. */
  static @Nullable String listener(String name) {
    if (!name.startsWith(PREFIX)) {
      return null;
    }
    int dot = name.indexOf('.', PREFIX.length());
    return dot < 0 ? null : name.substring(PREFIX.length(), dot);
  }
}
