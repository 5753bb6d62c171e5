package org.odradek.protocol.acl;

/**
 * Who may, or may not, do what, and from where.
 *
 * @param principal {@code type:name}; {@code User:*} is everyone
 * @param host the client's address as text, never a name or a network; {@code *} is every address
 * @param operation not {@link AclOperation#ANY}
 * @param permission not {@link AclPermission#ANY}
 */
public record AccessControlEntry(
    String principal, String host, AclOperation operation, AclPermission permission) {

  /** The principal that stands for everyone. */
  public static final String EVERYONE = "User:*";

  /** The host that stands for every address. */
  public static final String ANY_HOST = "*";

  public AccessControlEntry {
    if (operation == AclOperation.ANY || permission == AclPermission.ANY) {
      throw new IllegalArgumentException(
          "a rule has one operation and allows or denies, not " + operation + ", " + permission);
    }
  }
}
