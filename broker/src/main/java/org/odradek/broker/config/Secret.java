package org.odradek.broker.config;

/** A value of type password; its text never reaches a log or a response by accident. */
public record Secret(String text) {
  @Override
  public String toString() {
    return "[hidden]";
  }
}
