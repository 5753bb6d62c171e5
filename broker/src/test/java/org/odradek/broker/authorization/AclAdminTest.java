package org.odradek.broker.authorization;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.odradek.controller.acl.AclStore;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.odradek.protocol.acl.AccessControlEntry;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.AclPermission;
import org.odradek.protocol.acl.ResourcePattern;
import org.odradek.protocol.acl.ResourceType;

/** Changes where ZooKeeper is there for a part of what they need. */
class AclAdminTest {
  private static final ResourcePattern PATTERN = ResourcePattern.literal(ResourceType.TOPIC, "t");
  private static final AccessControlEntry ENTRY =
      new AccessControlEntry(
          AccessControlEntry.EVERYONE,
          AccessControlEntry.ANY_HOST,
          AclOperation.READ,
          AclPermission.ALLOW);

  private int readsLeft;
  private int writes;
  private final AclAdmin admin = new AclAdmin(new AclStore(session()), new RuleIndex());

  private ZooKeeperSession session() {
    return (ZooKeeperSession)
        Proxy.newProxyInstance(
            ZooKeeperSession.class.getClassLoader(),
            new Class<?>[] {ZooKeeperSession.class},
            (proxy, method, arguments) -> answer(method.getName()));
  }

  private CompletableFuture<?> answer(String method) {
    if (method.equals("multi")) {
      writes++;
      return CompletableFuture.completedFuture(List.of());
    }
    return method.equals("readIfPresent") && readsLeft-- > 0
        ? CompletableFuture.completedFuture(Optional.empty())
        : CompletableFuture.failedFuture(new IllegalStateException("on purpose"));
  }

  @Test
  void whatIsWrittenIsDoneThoughItCannotBeReadAgain() {
    readsLeft = 1;
    admin.add(PATTERN, Set.of(ENTRY)).join();
    assertEquals(1, writes);
    readsLeft = 1;
    assertEquals(Set.of(), admin.remove(PATTERN, entry -> true).join());
  }

  @Test
  void whatIsNotWrittenIsNotDone() {
    assertThrows(CompletionException.class, () -> admin.add(PATTERN, Set.of(ENTRY)).join());
    assertEquals(0, writes);
  }
}
