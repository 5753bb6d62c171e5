package org.odradek.broker.network;

/** How a listener protects its connections, by Kafka's names and ids. */
public enum SecurityProtocol {
  PLAINTEXT(0);

  private final short id;

  SecurityProtocol(int id) {
    this.id = (short) id;
  }

  /** The number that control requests carry. */
  public short id() {
    return id;
  }
}
