package org.odradek.broker.authorization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.broker.config.ConfigException;
import org.odradek.controller.acl.AclState;
import org.odradek.controller.acl.AclVersion;
import org.odradek.protocol.acl.AccessControlEntry;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.AclPermission;
import org.odradek.protocol.acl.PatternType;
import org.odradek.protocol.acl.ResourcePattern;
import org.odradek.protocol.acl.ResourceType;

class AclAuthorizerTest {
  private static final Principal ALICE = new Principal("User", "alice");
  private static final InetAddress HERE = address("127.0.0.1");
  private static final InetAddress THERE = address("10.1.2.3");

  private final RuleIndex index = new RuleIndex();
  private final Map<ResourcePattern, Set<AccessControlEntry>> rules = new HashMap<>();
  private long zxid;
  private final AclAuthorizer authorizer = new AclAuthorizer(Set.of(), false, index);

  private static InetAddress address(String text) {
    try {
      return InetAddress.getByName(text);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  private static AccessControlEntry entry(
      AclPermission permission, String principal, String host, AclOperation operation) {
    return new AccessControlEntry(principal, host, operation, permission);
  }

  private void rule(
      AclPermission permission,
      String principal,
      String host,
      AclOperation operation,
      ResourcePattern pattern) {
    rules
        .computeIfAbsent(pattern, unused -> new LinkedHashSet<>())
        .add(entry(permission, principal, host, operation));
    change(pattern, rules.get(pattern));
  }

  /** What comes next from ZooKeeper. */
  private void change(ResourcePattern pattern, Set<AccessControlEntry> entries) {
    index.changed(pattern, state(entries));
  }

  private AclState state(Set<AccessControlEntry> entries) {
    return new AclState(entries, next());
  }

  private AclVersion next() {
    return new AclVersion(0, ++zxid);
  }

  private void allow(AclOperation operation, ResourcePattern pattern) {
    rule(AclPermission.ALLOW, "User:alice", "*", operation, pattern);
  }

  private static ResourcePattern topic(String name) {
    return ResourcePattern.literal(ResourceType.TOPIC, name);
  }

  private static ResourcePattern topics(String prefix) {
    return ResourcePattern.prefixed(ResourceType.TOPIC, prefix);
  }

  private boolean may(AclOperation operation, String topic) {
    return authorizer.allows(ALICE, HERE, operation, ResourceType.TOPIC, topic);
  }

  @Test
  void nothingIsAllowedWithoutARule() {
    assertFalse(may(AclOperation.READ, "t"));
    allow(AclOperation.READ, topic("t"));
    assertTrue(may(AclOperation.READ, "t"));
    assertFalse(may(AclOperation.WRITE, "t"));
    assertFalse(may(AclOperation.READ, "u"));
    assertFalse(authorizer.allows(ALICE, HERE, AclOperation.READ, ResourceType.GROUP, "t"));
    Principal bob = new Principal("User", "bob");
    assertFalse(authorizer.allows(bob, HERE, AclOperation.READ, ResourceType.TOPIC, "t"));
    Principal group = new Principal("Group", "alice");
    assertFalse(authorizer.allows(group, HERE, AclOperation.READ, ResourceType.TOPIC, "t"));
    change(topic("t"), Set.of());
    assertFalse(may(AclOperation.READ, "t"));
  }

  @Test
  void whatChangesSomethingMeansToDescribeIt() {
    for (AclOperation operation : ResourceType.TOPIC.operations()) {
      change(topic("t"), Set.of(entry(AclPermission.ALLOW, "User:alice", "*", operation)));
      Set<AclOperation> allowed = new LinkedHashSet<>();
      for (AclOperation asked : ResourceType.TOPIC.operations()) {
        if (may(asked, "t")) {
          allowed.add(asked);
        }
      }
      Set<AclOperation> expected = new LinkedHashSet<>(Set.of(operation));
      switch (operation) {
        case READ, WRITE, DELETE, ALTER -> expected.add(AclOperation.DESCRIBE);
        case ALTER_CONFIGS -> expected.add(AclOperation.DESCRIBE_CONFIGS);
        default -> {}
      }
      assertEquals(expected, allowed);
    }
  }

  @Test
  void whatIsDeniedImpliesNothing() {
    allow(AclOperation.ALL, topic("t"));
    rule(AclPermission.DENY, "User:alice", "*", AclOperation.READ, topic("t"));
    assertFalse(may(AclOperation.READ, "t"));
    assertTrue(may(AclOperation.DESCRIBE, "t"));
    assertTrue(may(AclOperation.WRITE, "t"));
  }

  @Test
  void toDenyGoesBeforeToAllowWhereverItStands() {
    allow(AclOperation.READ, topic("orders-eu"));
    allow(AclOperation.READ, topics("orders"));
    allow(AclOperation.READ, topic("*"));
    for (ResourcePattern pattern :
        List.of(topic("orders-eu"), topics("or"), topics("orders-eu"), topic("*"))) {
      Set<AccessControlEntry> before = rules.getOrDefault(pattern, Set.of());
      Set<AccessControlEntry> after = new LinkedHashSet<>(before);
      after.add(entry(AclPermission.DENY, "User:*", "127.0.0.1", AclOperation.ALL));
      change(pattern, after);
      assertFalse(may(AclOperation.READ, "orders-eu"), pattern.toString());
      assertTrue(
          authorizer.allows(ALICE, THERE, AclOperation.READ, ResourceType.TOPIC, "orders-eu"));
      change(pattern, before);
      assertTrue(may(AclOperation.READ, "orders-eu"), pattern.toString());
    }
  }

  @Test
  void hostsAreAddressesAsText() {
    rule(AclPermission.ALLOW, "User:*", "10.1.2.3", AclOperation.READ, topic("t"));
    assertFalse(may(AclOperation.READ, "t"));
    assertTrue(authorizer.allows(ALICE, THERE, AclOperation.READ, ResourceType.TOPIC, "t"));
  }

  @Test
  void withoutAnyRuleEverybodyMayIfConfigured() {
    AclAuthorizer lenient = new AclAuthorizer(Set.of(), true, index);
    assertTrue(lenient.allows(ALICE, HERE, AclOperation.READ, ResourceType.TOPIC, "t"));
    assertTrue(lenient.allowsOnAny(ALICE, HERE, AclOperation.WRITE, ResourceType.TOPIC));
    rule(AclPermission.ALLOW, "User:bob", "*", AclOperation.READ, topics("t"));
    assertFalse(lenient.allows(ALICE, HERE, AclOperation.READ, ResourceType.TOPIC, "t"));
    assertTrue(lenient.allows(ALICE, HERE, AclOperation.READ, ResourceType.TOPIC, "u"));
    rule(AclPermission.DENY, "User:alice", "*", AclOperation.WRITE, topic("*"));
    assertFalse(lenient.allowsOnAny(ALICE, HERE, AclOperation.WRITE, ResourceType.TOPIC));
  }

  @Test
  void superUsersMayEverything() {
    Set<Principal> superUsers =
        PrincipalNames.parseSuperUsers("super.users", " User:alice ;User:CN=a:b,O=x;");
    assertEquals(Set.of(ALICE, new Principal("User", "CN=a:b,O=x")), superUsers);
    rule(AclPermission.DENY, "User:*", "*", AclOperation.ALL, topic("*"));
    AclAuthorizer withSuperUsers = new AclAuthorizer(superUsers, false, index);
    assertTrue(withSuperUsers.allows(ALICE, HERE, AclOperation.READ, ResourceType.TOPIC, "t"));
    assertTrue(withSuperUsers.allowsOnAny(ALICE, HERE, AclOperation.WRITE, ResourceType.TOPIC));
    assertFalse(may(AclOperation.READ, "t"));
    assertThrows(
        ConfigException.class, () -> PrincipalNames.parseSuperUsers("super.users", "alice"));
  }

  @Test
  void anyTopicIsEnoughUnlessItIsDeniedElsewhere() {
    assertFalse(authorizer.allowsOnAny(ALICE, HERE, AclOperation.WRITE, ResourceType.TOPIC));
    allow(AclOperation.WRITE, topic("orders-eu"));
    assertTrue(authorizer.allowsOnAny(ALICE, HERE, AclOperation.WRITE, ResourceType.TOPIC));
    rule(AclPermission.DENY, "User:alice", "*", AclOperation.WRITE, topics("orders"));
    assertFalse(authorizer.allowsOnAny(ALICE, HERE, AclOperation.WRITE, ResourceType.TOPIC));
    allow(AclOperation.WRITE, topics("orders-"));
    assertFalse(authorizer.allowsOnAny(ALICE, HERE, AclOperation.WRITE, ResourceType.TOPIC));
    allow(AclOperation.WRITE, topics("o"));
    assertTrue(authorizer.allowsOnAny(ALICE, HERE, AclOperation.WRITE, ResourceType.TOPIC));
    rule(AclPermission.DENY, "User:*", "127.0.0.1", AclOperation.ALL, topic("*"));
    assertFalse(authorizer.allowsOnAny(ALICE, HERE, AclOperation.WRITE, ResourceType.TOPIC));
  }

  @Test
  void whoIsAllowedAnythingFollowsTheRules() {
    Set<AccessControlEntry> ofAlice =
        Set.of(entry(AclPermission.ALLOW, "User:alice", "*", AclOperation.WRITE));
    Set<AccessControlEntry> ofBob =
        Set.of(entry(AclPermission.ALLOW, "User:bob", "*", AclOperation.WRITE));
    Set<AccessControlEntry> ofAll =
        Set.of(entry(AclPermission.ALLOW, "User:*", "*", AclOperation.ALL));
    for (ResourcePattern pattern : List.of(topic("t"), topics("t"))) {
      change(pattern, ofAlice);
      assertTrue(mayWriteToAny());
      change(pattern, ofBob);
      assertFalse(mayWriteToAny());
      change(pattern, ofAll);
      assertTrue(mayWriteToAny());
      change(pattern, Set.of());
      assertFalse(mayWriteToAny());
      index.loaded(pattern.patternType(), Map.of(pattern, state(ofAlice)), next());
      assertTrue(mayWriteToAny());
      index.loaded(pattern.patternType(), Map.of(), next());
      assertFalse(mayWriteToAny());
    }
  }

  private boolean mayWriteToAny() {
    return authorizer.allowsOnAny(ALICE, HERE, AclOperation.WRITE, ResourceType.TOPIC);
  }

  @Test
  void rulesLoadedAgainReplaceAllOfTheirKind() {
    allow(AclOperation.READ, topic("a"));
    allow(AclOperation.READ, topics("b"));
    AccessControlEntry read = entry(AclPermission.ALLOW, "User:alice", "*", AclOperation.READ);
    index.loaded(PatternType.LITERAL, Map.of(topic("c"), state(Set.of(read))), next());
    assertFalse(may(AclOperation.READ, "a"));
    assertTrue(may(AclOperation.READ, "bb"));
    assertTrue(may(AclOperation.READ, "c"));
    index.loaded(PatternType.PREFIXED, Map.of(), next());
    assertFalse(may(AclOperation.READ, "bb"));
    assertTrue(may(AclOperation.READ, "c"));
  }

  @Test
  void whatComesLateDoesNotReplaceWhatIsNewer() {
    Set<AccessControlEntry> ofAlice =
        Set.of(entry(AclPermission.ALLOW, "User:alice", "*", AclOperation.READ));
    Set<AccessControlEntry> ofBob =
        Set.of(entry(AclPermission.ALLOW, "User:bob", "*", AclOperation.READ));
    for (ResourcePattern pattern : List.of(topic("t"), topics("t"))) {
      PatternType type = pattern.patternType();
      AclState first = state(ofAlice);
      AclState second = state(ofBob);
      AclState gone = state(Set.of());
      AclState third = state(ofAlice);
      index.changed(pattern, second);
      index.changed(pattern, first);
      index.loaded(type, Map.of(pattern, first), first.version());
      index.loaded(type, Map.of(), first.version());
      assertEquals(ofBob, index.entries(pattern));
      index.changed(pattern, gone);
      index.changed(pattern, second);
      index.loaded(type, Map.of(pattern, first), second.version());
      assertEquals(Set.of(), index.entries(pattern));
      index.changed(pattern, third);
      index.changed(pattern, gone);
      index.loaded(type, Map.of(), gone.version());
      assertEquals(ofAlice, index.entries(pattern));
      index.loaded(type, Map.of(), third.version());
      index.changed(pattern, third);
      assertEquals(Set.of(), index.entries(pattern));
    }
  }

  /** ZooKeeper was given back what it once was, with transaction ids that this broker has seen. */
  @Test
  void whatIsReadInALaterSessionReplacesWhatWasKnown() {
    Set<AccessControlEntry> ofAlice =
        Set.of(entry(AclPermission.ALLOW, "User:alice", "*", AclOperation.READ));
    Set<AccessControlEntry> ofBob =
        Set.of(entry(AclPermission.ALLOW, "User:bob", "*", AclOperation.READ));
    for (ResourcePattern pattern : List.of(topic("t"), topics("t"))) {
      ResourcePattern removedSince =
          new ResourcePattern(ResourceType.TOPIC, "removed", pattern.patternType());
      ResourcePattern madeSince =
          new ResourcePattern(ResourceType.TOPIC, "made", pattern.patternType());
      AclVersion restored = new AclVersion(1, zxid);
      AclState before = state(ofBob);
      index.changed(pattern, before);
      index.changed(madeSince, state(ofBob));
      index.changed(removedSince, state(ofBob));
      index.changed(removedSince, state(Set.of()));
      AclState again = new AclState(ofAlice, restored);
      index.loaded(pattern.patternType(), Map.of(pattern, again, removedSince, again), restored);
      assertEquals(ofAlice, index.entries(pattern));
      assertEquals(ofAlice, index.entries(removedSince));
      assertEquals(Set.of(), index.entries(madeSince));
      index.changed(pattern, before); // of the former session, and late
      assertEquals(ofAlice, index.entries(pattern));
      index.changed(pattern, new AclState(ofBob, new AclVersion(1, restored.zxid() + 1)));
      assertEquals(ofBob, index.entries(pattern));
    }
  }

  /** The index, against going through all rules. */
  @Test
  void theIndexFindsWhatGoingThroughAllRulesFinds() {
    Random random = new Random(4711);
    for (int round = 0; round < 300; round++) {
      ResourcePattern pattern =
          new ResourcePattern(
              ResourceType.TOPIC,
              random.nextInt(20) == 0 ? "*" : name(random),
              random.nextBoolean() ? PatternType.LITERAL : PatternType.PREFIXED);
      if (random.nextInt(4) == 0) {
        rules.remove(pattern);
        change(pattern, Set.of());
      } else {
        rule(
            random.nextInt(4) == 0 ? AclPermission.DENY : AclPermission.ALLOW,
            random.nextBoolean() ? "User:alice" : "User:*",
            random.nextBoolean() ? "*" : "127.0.0.1",
            random.nextBoolean() ? AclOperation.READ : AclOperation.ALL,
            pattern);
      }
      for (int i = 0; i < 20; i++) {
        String name = name(random);
        InetAddress host = random.nextBoolean() ? HERE : THERE;
        AclOperation operation = random.nextBoolean() ? AclOperation.READ : AclOperation.DESCRIBE;
        assertEquals(
            allowedBySearch(host, operation, name),
            authorizer.allows(ALICE, host, operation, ResourceType.TOPIC, name),
            () -> name + " by " + rules);
      }
    }
  }

  /** Few letters and lengths, so that prefixes are common. */
  private static String name(Random random) {
    StringBuilder name = new StringBuilder();
    for (int length = 1 + random.nextInt(4); length > 0; length--) {
      name.append((char) ('a' + random.nextInt(3)));
    }
    return name.toString();
  }

  private boolean allowedBySearch(InetAddress host, AclOperation operation, String name) {
    List<AccessControlEntry> about = new ArrayList<>();
    rules.forEach((pattern, entries) -> {
      boolean matches =
          pattern.patternType() == PatternType.PREFIXED
              ? name.startsWith(pattern.name())
              : pattern.name().equals("*") || pattern.name().equals(name);
      if (matches) {
        entries.stream()
            .filter(e -> e.host().equals("*") || e.host().equals(host.getHostAddress()))
            .forEach(about::add);
      }
    });
    boolean denied =
        about.stream()
            .anyMatch(e ->
                e.permission() == AclPermission.DENY
                    && (e.operation() == AclOperation.ALL || e.operation() == operation));
    return !denied && about.stream().anyMatch(e -> e.permission() == AclPermission.ALLOW);
  }
}
