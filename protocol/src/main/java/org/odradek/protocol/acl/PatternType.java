package org.odradek.protocol.acl;

import org.jspecify.annotations.Nullable;

/**
 * How the name of a rule is meant (KIP-290). {@link #ANY} and {@link #MATCH} are for filters: the
 * former takes a name under every type, the latter all rules that touch a resource of that name.
 */
public enum PatternType {
  ANY(1),
  MATCH(2),
  LITERAL(3),
  PREFIXED(4);

  private final byte code;

  PatternType(int code) {
    this.code = (byte) code;
  }

  public byte code() {
    return code;
  }

  /** Null for a number that is not known; 0 is Kafka's "unknown". */
  public static @Nullable PatternType ofCode(byte code) {
    for (PatternType type : values()) {
      if (type.code == code) {
        return type;
      }
    }
    return null;
  }
}
