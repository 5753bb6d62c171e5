package org.odradek.protocol.acl;

import org.jspecify.annotations.Nullable;

/** Whether a rule allows or denies; {@link #ANY} is for filters. */
public enum AclPermission {
  ANY(1, "Any"),
  DENY(2, "Deny"),
  ALLOW(3, "Allow");

  private final byte code;
  private final String znodeName;

  AclPermission(int code, String znodeName) {
    this.code = (byte) code;
    this.znodeName = znodeName;
  }

  public byte code() {
    return code;
  }

  public String znodeName() {
    return znodeName;
  }

  /** Null for a number that is not known. */
  public static @Nullable AclPermission ofCode(byte code) {
    for (AclPermission permission : values()) {
      if (permission.code == code) {
        return permission;
      }
    }
    return null;
  }

  /** Null for a name that is not known; upper and lower case are alike, as for Kafka. */
  public static @Nullable AclPermission ofZnodeName(String name) {
    for (AclPermission permission : values()) {
      if (permission.znodeName.equalsIgnoreCase(name)) {
        return permission;
      }
    }
    return null;
  }
}
