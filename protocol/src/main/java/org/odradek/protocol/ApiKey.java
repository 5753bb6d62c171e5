package org.odradek.protocol;

/** The API keys of the protocol; filled together with the schemas. */
public enum ApiKey {
  PRODUCE(0);

  private final short id;

  ApiKey(int id) {
    this.id = (short) id;
  }

  public short id() {
    return id;
  }
}
