package org.odradek.broker.authorization;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourcePattern;
import org.odradek.protocol.acl.ResourceType;

/**
 * Decides by rules, as Kafka's authorizer of ZooKeeper mode: super users may do everything; a rule
 * that denies goes before all that allow; without a rule that allows nothing is, unless there are
 * no rules about the resource at all and {@code allow.everyone.if.no.acl.found} is set.
 *
 * <p>To read, write, delete or alter something implies to describe it, to alter its configuration
 * to describe that; nothing is implied by what is denied.
 */
final class AclAuthorizer implements Authorizer {
  private final Set<Principal> superUsers;
  private final boolean allowEveryoneIfNoAclFound;
  private final RuleIndex rules;

  AclAuthorizer(Set<Principal> superUsers, boolean allowEveryoneIfNoAclFound, RuleIndex rules) {
    this.superUsers = Set.copyOf(superUsers);
    this.allowEveryoneIfNoAclFound = allowEveryoneIfNoAclFound;
    this.rules = rules;
  }

  @Override
  public boolean allows(
      Principal principal,
      InetAddress host,
      AclOperation operation,
      ResourceType type,
      String name) {
    if (superUsers.contains(principal)) {
      return true;
    }
    List<RulesOfPattern> matching = rules.matching(type, name);
    if (matching.isEmpty()) {
      return allowEveryoneIfNoAclFound;
    }
    for (RulesOfPattern pattern : matching) {
      if (pattern.denies(principal, host, operation)) {
        return false;
      }
    }
    for (RulesOfPattern pattern : matching) {
      if (pattern.allows(principal, host, operation)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean allowsOnAny(
      Principal principal, InetAddress host, AclOperation operation, ResourceType type) {
    if (superUsers.contains(principal)) {
      return true;
    }
    RulesOfPattern ofAll = rules.literal(type).byName().get(ResourcePattern.WILDCARD);
    if (ofAll != null && ofAll.denies(principal, host, operation)) {
      return false;
    }
    if (allowEveryoneIfNoAclFound) {
      return true;
    }
    for (Principal who : List.of(principal, PrincipalNames.EVERYONE)) {
      if (allowsOnAny(rules.literal(type), who, principal, host, operation, type)
          || allowsOnAny(rules.prefixed(type), who, principal, host, operation, type)) {
        return true;
      }
    }
    return false;
  }

  /** Whether one of those rules allows it that name {@code who}, and none denies it. */
  private boolean allowsOnAny(
      RulesByName<? extends Map<String, RulesOfPattern>> candidates,
      Principal who,
      Principal principal,
      InetAddress host,
      AclOperation operation,
      ResourceType type) {
    for (String name : candidates.allowing(who)) {
      RulesOfPattern pattern = candidates.byName().get(name);
      if (pattern != null
          && pattern.allowsExactly(principal, host, operation)
          && !pattern.denies(principal, host, operation)
          && !isDeniedByPrefix(principal, host, operation, type, name)) {
        return true;
      }
    }
    return false;
  }

  private boolean isDeniedByPrefix(
      Principal principal,
      InetAddress host,
      AclOperation operation,
      ResourceType type,
      String name) {
    for (RulesOfPattern pattern : rules.ofPrefixes(type, name)) {
      if (pattern.denies(principal, host, operation)) {
        return true;
      }
    }
    return false;
  }
}
