package org.odradek.controller.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.controller.TestCluster;
import org.odradek.controller.znode.AclCodec;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.SessionEvent;
import org.odradek.controller.zookeeper.ZnodeOperation;
import org.odradek.controller.zookeeper.ZooKeeperClient;
import org.odradek.protocol.acl.AccessControlEntry;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.AclPermission;
import org.odradek.protocol.acl.PatternType;
import org.odradek.protocol.acl.ResourcePattern;
import org.odradek.protocol.acl.ResourceType;

class AclStoreTest {
  private static final ResourcePattern TOPIC = ResourcePattern.literal(ResourceType.TOPIC, "t");
  private static final ResourcePattern TOPICS =
      ResourcePattern.prefixed(ResourceType.TOPIC, "orders");
  private static final ResourcePattern TRANSACTION =
      ResourcePattern.literal(ResourceType.TRANSACTIONAL_ID, "x:y");

  private record Change(ResourcePattern pattern, Set<AccessControlEntry> entries) {}

  @TempDir Path directory;
  private TestCluster cluster;
  private ZooKeeperClient tool;
  private AclStore store;
  private final Map<ResourcePattern, Set<AccessControlEntry>> loaded = new LinkedHashMap<>();
  private final BlockingQueue<Change> changes = new LinkedBlockingQueue<>();

  @BeforeEach
  void start() throws Exception {
    cluster = new TestCluster(directory);
    tool = cluster.session();
    store = new AclStore(tool);
  }

  @AfterEach
  void stop() throws Exception {
    cluster.close();
  }

  private static AccessControlEntry allow(String user, AclOperation operation) {
    return new AccessControlEntry("User:" + user, "*", operation, AclPermission.ALLOW);
  }

  private void set(ResourcePattern pattern, AccessControlEntry... entries) {
    assertEquals(Set.of(entries), store.change(pattern, before -> Set.of(entries)).join().after());
  }

  private void follow() throws Exception {
    ZooKeeperClient session = cluster.session();
    AclChangeHandler handler =
        new AclChangeHandler() {
          @Override
          public void loaded(
              PatternType type, Map<ResourcePattern, AclState> rules, AclVersion version) {
            rules.forEach((pattern, state) -> loaded.put(pattern, state.entries()));
          }

          @Override
          public void changed(ResourcePattern pattern, AclState state) {
            changes.add(new Change(pattern, state.entries()));
          }
        };
    new AclChanges(
            session,
            new AclStore(session),
            System::currentTimeMillis,
            (task, delayMs) -> {},
            handler)
        .start()
        .get(30, TimeUnit.SECONDS);
  }

  private Change next() throws InterruptedException {
    Change change = changes.poll(30, TimeUnit.SECONDS);
    assertNotNull(change, "no change was told of");
    return change;
  }

  private String text(String path) {
    return tool.read(path, false).join().text();
  }

  /** Both are in one reading of the notifications; what is gone takes more requests to read. */
  @Test
  void changesComeInTheirOrder() throws Exception {
    set(TOPIC, allow("alice", AclOperation.READ));
    follow();
    List<ZnodeOperation> both = new ArrayList<>();
    both.add(new ZnodeOperation.Delete(ZnodePaths.acls(TOPIC), ZnodeOperation.ANY_VERSION));
    byte[] rules = AclCodec.encode(Set.of(allow("bob", AclOperation.READ)));
    both.add(new ZnodeOperation.Create(ZnodePaths.acls(TRANSACTION), rules, CreateMode.PERSISTENT));
    for (ResourcePattern pattern : List.of(TOPIC, TRANSACTION)) {
      for (byte[] notice : AclCodec.encodeChange(pattern)) {
        String prefix = AclCodec.changePrefix(PatternType.LITERAL);
        both.add(new ZnodeOperation.Create(prefix, notice, CreateMode.PERSISTENT_SEQUENTIAL));
      }
    }
    var unused = tool.multi(both).get(30, TimeUnit.SECONDS);
    assertEquals(new Change(TOPIC, Set.of()), next());
    assertEquals(TRANSACTION, next().pattern());
  }

  @Test
  void everythingComesAtTheStartAndChangesFollow() throws Exception {
    set(TOPIC, allow("alice", AclOperation.READ));
    set(TOPICS, allow("bob", AclOperation.ALL));
    follow();
    assertEquals(
        Map.of(
            TOPIC, Set.of(allow("alice", AclOperation.READ)),
            TOPICS, Set.of(allow("bob", AclOperation.ALL))),
        loaded);
    set(TOPIC, allow("alice", AclOperation.WRITE));
    assertEquals(new Change(TOPIC, Set.of(allow("alice", AclOperation.WRITE))), next());
    set(TOPICS);
    assertEquals(new Change(TOPICS, Set.of()), next());
    assertTrue(
        tool.readIfPresent("/kafka-acl-extended/prefixed/Topic/orders", false).join().isEmpty());
  }

  @Test
  void nodesAreThoseOfKafka() throws Exception {
    set(TOPIC, allow("alice", AclOperation.WRITE));
    set(TOPICS, allow("bob", AclOperation.DESCRIBE_CONFIGS));
    assertEquals(
        "{\"version\":1,\"acls\":[{\"principal\":\"User:alice\",\"permissionType\":\"Allow\","
            + "\"operation\":\"Write\",\"host\":\"*\"}]}",
        text("/kafka-acl/Topic/t"));
    assertEquals("Topic:t", text("/kafka-acl-changes/acl_changes_0000000000"));
    assertEquals(
        "{\"version\":1,\"resourceType\":\"Topic\",\"name\":\"orders\",\"patternType\":\"PREFIXED\"}",
        text("/kafka-acl-extended-changes/acl_changes_0000000000"));
    assertEquals(
        Set.of("Cluster", "DelegationToken", "Group", "Topic", "TransactionalId"),
        new HashSet<>(tool.children("/kafka-acl", false).join()));
    assertEquals(
        Set.of("Cluster", "DelegationToken", "Group", "Topic", "TransactionalId"),
        new HashSet<>(tool.children("/kafka-acl-extended/prefixed", false).join()));
  }

  /** Older brokers of Kafka know the one name, newer ones the other. */
  @Test
  void typesOfTwoWordsAreToldOfInBothSpellings() throws Exception {
    follow();
    set(TRANSACTION, allow("alice", AclOperation.WRITE));
    Change expected = new Change(TRANSACTION, Set.of(allow("alice", AclOperation.WRITE)));
    assertEquals(expected, next());
    assertEquals(expected, next());
    assertEquals("TransactionalId:x:y", text("/kafka-acl-changes/acl_changes_0000000000"));
    assertEquals("TRANSACTIONAL_ID:x:y", text("/kafka-acl-changes/acl_changes_0000000001"));
  }

  @Test
  void whatCannotBeReadDeniesEverythingAndIsNotWrittenOver() throws Exception {
    follow();
    tool.create("/kafka-acl/Topic/t", bytes("{\"version\":1"), CreateMode.PERSISTENT).join();
    tool.create(
            "/kafka-acl-changes/acl_changes_", bytes("Topic:t"), CreateMode.PERSISTENT_SEQUENTIAL)
        .join();
    AccessControlEntry nobody =
        new AccessControlEntry("User:*", "*", AclOperation.ALL, AclPermission.DENY);
    assertEquals(new Change(TOPIC, Set.of(nobody)), next());
    CompletionException failure =
        assertThrows(
            CompletionException.class, () -> store.change(TOPIC, before -> Set.of()).join());
    assertTrue(failure.getCause() instanceof ZnodeFormatException, failure.toString());
    assertEquals("{\"version\":1", text("/kafka-acl/Topic/t"));
  }

  @Test
  void noticesThatCannotBeReadArePassedOver() throws Exception {
    follow();
    for (String notice : List.of("", "Topic", "Planet:t", ":t")) {
      tool.create(
              "/kafka-acl-changes/acl_changes_", bytes(notice), CreateMode.PERSISTENT_SEQUENTIAL)
          .join();
    }
    set(TOPIC, allow("alice", AclOperation.READ));
    assertEquals(TOPIC, next().pattern());
  }

  @Test
  void manyWritersAtOnceLoseNothing() {
    List<CompletableFuture<AclStore.Change>> open = new ArrayList<>();
    Set<AccessControlEntry> all = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      AccessControlEntry mine = allow("u" + i, AclOperation.READ);
      all.add(mine);
      open.add(
          store.change(
              TOPIC,
              before -> {
                Set<AccessControlEntry> after = new HashSet<>(before);
                after.add(mine);
                return after;
              }));
    }
    open.forEach(CompletableFuture::join);
    assertEquals(all, store.read(TOPIC).join().entries());
  }

  @Test
  void eachStateIsNewerThanTheOneBeforeIt() throws Exception {
    store.prepare().join();
    for (ResourcePattern pattern : List.of(TOPIC, TOPICS)) {
      List<AclState> states = new ArrayList<>();
      states.add(store.read(pattern).join());
      for (int i = 0; i < 3; i++) {
        set(pattern, allow("alice", AclOperation.READ));
        states.add(store.read(pattern).join());
        set(pattern, allow("bob", AclOperation.READ));
        states.add(store.read(pattern).join());
        states.add(store.readAll(pattern.patternType()).join().states().get(pattern));
        set(pattern);
        states.add(store.read(pattern).join());
        states.add(new AclState(Set.of(), store.readAll(pattern.patternType()).join().version()));
      }
      assertInOrder(states);
    }
  }

  @Test
  void rulesThatWentWithTheirDirectoryAreGoneSinceThen() throws Exception {
    set(TOPIC, allow("alice", AclOperation.READ));
    List<AclState> states = new ArrayList<>(List.of(store.read(TOPIC).join()));
    set(TOPIC, allow("bob", AclOperation.READ));
    states.add(store.read(TOPIC).join());
    tool.delete("/kafka-acl/Topic/t", -1).join();
    tool.delete("/kafka-acl/Topic", -1).join();
    states.add(store.read(TOPIC).join());
    states.add(new AclState(Set.of(), store.readAll(PatternType.LITERAL).join().version()));
    assertEquals(Set.of(), states.getLast().entries());
    set(TOPIC, allow("bob", AclOperation.READ));
    states.add(store.read(TOPIC).join());
    assertInOrder(states);
  }

  @Test
  void whatIsReadInALaterSessionIsNewer() throws Exception {
    set(TOPIC, allow("alice", AclOperation.READ));
    List<AclVersion> before = versions();
    CompletableFuture<Void> anew = new CompletableFuture<>();
    tool.subscribe(event -> {
      if (event instanceof SessionEvent.Established) {
        anew.complete(null);
      }
    });
    cluster.server().expireSession(tool.sessionId());
    anew.get(30, TimeUnit.SECONDS);
    for (AclVersion now : versions()) {
      for (AclVersion then : before) {
        assertTrue(now.session() > then.session(), () -> now + " after " + then);
      }
    }
  }

  private List<AclVersion> versions() {
    AclStore.Rules all = store.readAll(PatternType.LITERAL).join();
    return List.of(
        store.read(TOPIC).join().version(),
        store.read(TRANSACTION).join().version(),
        all.version(),
        Objects.requireNonNull(all.states().get(TOPIC)).version());
  }

  /** Each replaces the one before, and none is replaced by one before, unless they are the same. */
  private static void assertInOrder(List<AclState> states) {
    for (int i = 1; i < states.size(); i++) {
      for (int before = 0; before < i; before++) {
        AclState older = states.get(before);
        AclState newer = states.get(i);
        if (!older.entries().equals(newer.entries())) {
          assertTrue(newer.replaces(older.version()), before + ", " + i + " of " + states);
          assertFalse(older.replaces(newer.version()), before + ", " + i + " of " + states);
        }
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
