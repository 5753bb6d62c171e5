package org.odradek.broker.authorization;

import org.jspecify.annotations.Nullable;
import org.odradek.protocol.acl.AccessControlEntry;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.AclPermission;
import org.odradek.protocol.acl.PatternType;
import org.odradek.protocol.acl.ResourcePattern;
import org.odradek.protocol.acl.ResourceType;

/**
 * Which rules are asked for; null and the constants {@code ANY} take everything.
 *
 * @param patternType {@code MATCH} takes all rules that are about a resource of the name
 */
record AclFilter(
    ResourceType type,
    @Nullable String name,
    PatternType patternType,
    @Nullable String principal,
    @Nullable String host,
    AclOperation operation,
    AclPermission permission) {

  /**
   * The filter of a request.
   *
   * @throws IllegalArgumentException for a number that is not known, with what it should have been
   */
  static AclFilter of(
      byte type,
      @Nullable String name,
      byte patternType,
      @Nullable String principal,
      @Nullable String host,
      byte operation,
      byte permission) {
    return new AclFilter(
        known(ResourceType.ofCode(type), "resource type", type),
        name,
        known(PatternType.ofCode(patternType), "pattern type", patternType),
        principal,
        host,
        known(AclOperation.ofCode(operation), "operation", operation),
        known(AclPermission.ofCode(permission), "permission", permission));
  }

  /** The constant of a code, or an error that says which code is not known. */
  static <T> T known(@Nullable T constant, String what, byte code) {
    if (constant == null) {
      throw new IllegalArgumentException("There is no " + what + " " + code + ".");
    }
    return constant;
  }

  boolean takes(ResourcePattern pattern) {
    return (type == ResourceType.ANY || type == pattern.type()) && takesName(pattern);
  }

  private boolean takesName(ResourcePattern pattern) {
    return switch (patternType) {
      case ANY -> name == null || name.equals(pattern.name());
      case MATCH -> name == null || pattern.covers(name);
      case LITERAL, PREFIXED ->
          pattern.patternType() == patternType && (name == null || name.equals(pattern.name()));
    };
  }

  boolean takes(AccessControlEntry entry) {
    return (principal == null || principal.equals(entry.principal()))
        && (host == null || host.equals(entry.host()))
        && (operation == AclOperation.ANY || operation == entry.operation())
        && (permission == AclPermission.ANY || permission == entry.permission());
  }
}
