package org.odradek.broker.network;

import org.jspecify.annotations.Nullable;

/**
 * How a listener protects its connections, by Kafka's names and ids. Other brokers of the cluster
 * may use any of them; see {@link NetworkServer} for those that this one can listen with.
 */
public enum SecurityProtocol {
  PLAINTEXT(0),
  SSL(1),
  SASL_PLAINTEXT(2),
  SASL_SSL(3);

  private final short id;

  SecurityProtocol(int id) {
    this.id = (short) id;
  }

  /** The number that control requests carry. */
  public short id() {
    return id;
  }

  /** Whether bytes on the network are encrypted. */
  public boolean usesTls() {
    return this == SSL || this == SASL_SSL;
  }

  /** Whether clients log in before anything else. */
  public boolean usesSasl() {
    return this == SASL_PLAINTEXT || this == SASL_SSL;
  }

  /** The protocol of that number, or null. */
  public static @Nullable SecurityProtocol forId(short id) {
    return id >= 0 && id < values().length ? values()[id] : null;
  }
}
