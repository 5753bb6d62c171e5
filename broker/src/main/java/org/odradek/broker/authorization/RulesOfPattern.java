package org.odradek.broker.authorization;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.controller.acl.AclState;
import org.odradek.controller.acl.AclVersion;
import org.odradek.protocol.acl.AccessControlEntry;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.AclPermission;

/** The rules of one resource pattern, found by whom they are about. Immutable. */
final class RulesOfPattern {
  /** What is allowed to who may do something else: reading means describing too. */
  private static final Set<AclOperation> IMPLY_DESCRIBE =
      Set.of(AclOperation.READ, AclOperation.WRITE, AclOperation.DELETE, AclOperation.ALTER);

  private final Set<AccessControlEntry> entries;
  private final AclVersion version;
  private final Map<Principal, List<AccessControlEntry>> allow = new HashMap<>();
  private final Map<Principal, List<AccessControlEntry>> deny = new HashMap<>();

  RulesOfPattern(AclState state) {
    this.entries = state.entries();
    this.version = state.version();
    for (AccessControlEntry entry : entries) {
      Principal principal = PrincipalNames.parse(entry.principal());
      if (principal != null) { // nobody has a name that is no principal's
        (entry.permission() == AclPermission.ALLOW ? allow : deny)
            .computeIfAbsent(principal, unused -> new ArrayList<>(1))
            .add(entry);
      }
    }
  }

  /** As {@link AclState#version}. */
  AclVersion version() {
    return version;
  }

  /** In no particular order. */
  Set<AccessControlEntry> entries() {
    return entries;
  }

  /** Whom a rule allows something; {@code User:*} stands for everybody. */
  Set<Principal> allowed() {
    return allow.keySet();
  }

  boolean denies(Principal principal, InetAddress host, AclOperation operation) {
    return !deny.isEmpty()
        && (anyDenies(deny.get(principal), host, operation)
            || anyDenies(deny.get(PrincipalNames.EVERYONE), host, operation));
  }

  private static boolean anyDenies(
      @Nullable List<AccessControlEntry> entries, InetAddress host, AclOperation operation) {
    return any(entries, host, operation, false);
  }

  /** Whether a rule allows it, or something that implies it. */
  boolean allows(Principal principal, InetAddress host, AclOperation operation) {
    return allows(principal, host, operation, true);
  }

  /** Whether a rule allows just this operation, or all. */
  boolean allowsExactly(Principal principal, InetAddress host, AclOperation operation) {
    return allows(principal, host, operation, false);
  }

  private boolean allows(
      Principal principal, InetAddress host, AclOperation operation, boolean withImplied) {
    return !allow.isEmpty()
        && (any(allow.get(principal), host, operation, withImplied)
            || any(allow.get(PrincipalNames.EVERYONE), host, operation, withImplied));
  }

  private static boolean any(
      @Nullable List<AccessControlEntry> entries,
      InetAddress host,
      AclOperation operation,
      boolean withImplied) {
    if (entries == null) {
      return false;
    }
    for (AccessControlEntry entry : entries) {
      AclOperation ruled = entry.operation();
      if ((ruled == operation
              || ruled == AclOperation.ALL
              || (withImplied && implies(ruled, operation)))
          && isFrom(entry.host(), host)) {
        return true;
      }
    }
    return false;
  }

  private static boolean implies(AclOperation ruled, AclOperation operation) {
    return switch (operation) {
      case DESCRIBE -> IMPLY_DESCRIBE.contains(ruled);
      case DESCRIBE_CONFIGS -> ruled == AclOperation.ALTER_CONFIGS;
      default -> false;
    };
  }

  private static boolean isFrom(String ruled, InetAddress host) {
    return ruled.equals(AccessControlEntry.ANY_HOST) || ruled.equals(host.getHostAddress());
  }
}
