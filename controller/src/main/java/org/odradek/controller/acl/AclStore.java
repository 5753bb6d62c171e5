package org.odradek.controller.acl;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.BulkReads;
import org.odradek.controller.znode.AclCodec;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.znode.ZnodePaths;
import org.odradek.controller.zookeeper.DirectoryNodes;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.controller.zookeeper.SessionEvent;
import org.odradek.controller.zookeeper.Znode;
import org.odradek.controller.zookeeper.ZnodeOperation;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.odradek.protocol.acl.AccessControlEntry;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.AclPermission;
import org.odradek.protocol.acl.PatternType;
import org.odradek.protocol.acl.ResourcePattern;
import org.odradek.protocol.acl.ResourceType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads and writes {@code /kafka-acl/<type>/<name>} and {@code
 * /kafka-acl-extended/prefixed/<type>/<name>}. Thread-safety: any thread, nothing blocks.
 */
public final class AclStore {
  private static final Logger log = LoggerFactory.getLogger(AclStore.class);

  /** Each failed try means that somebody else's change of the same node succeeded. */
  private static final int TRIES_MAX = 50;

  /**
   * Instead of rules that cannot be read: one of them may have denied something, so all is denied.
   */
  private static final Set<AccessControlEntry> NOBODY =
      Set.of(
          new AccessControlEntry(
              AccessControlEntry.EVERYONE,
              AccessControlEntry.ANY_HOST,
              AclOperation.ALL,
              AclPermission.DENY));

  private final ZooKeeperSession session;
  private final BulkReads bulkReads;

  /** Sessions that have begun since this was made; asked for before anything is read. */
  private final AtomicInteger sessions = new AtomicInteger();

  public AclStore(ZooKeeperSession session) {
    this.session = session;
    this.bulkReads = new BulkReads(session);
    session.subscribe(event -> {
      if (event instanceof SessionEvent.Established) {
        sessions.incrementAndGet();
      }
    });
  }

  /**
   * The rules of all patterns of a type.
   *
   * @param version of the state of those without rules
   */
  public record Rules(Map<ResourcePattern, AclState> states, AclVersion version) {}

  /** A pattern's rules before and after a change. */
  public record Change(Set<AccessControlEntry> before, Set<AccessControlEntry> after) {}

  /**
   * Makes the directory nodes that are missing. None for users: brokers of Kafka before 3.3 do not
   * start where there is one, so it is made with the first rule about a user.
   */
  CompletableFuture<Void> prepare() {
    List<CompletableFuture<Void>> open = new ArrayList<>();
    open.add(DirectoryNodes.ensure(session, ZnodePaths.ACL_CHANGES));
    open.add(DirectoryNodes.ensure(session, ZnodePaths.ACL_EXTENDED_CHANGES));
    for (ResourceType type : ResourceType.CONCRETE) {
      if (type != ResourceType.USER) {
        open.add(DirectoryNodes.ensure(session, ZnodePaths.aclsOf(type, PatternType.LITERAL)));
        open.add(DirectoryNodes.ensure(session, ZnodePaths.aclsOf(type, PatternType.PREFIXED)));
      }
    }
    return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new));
  }

  /**
   * All rules of the patterns of a type. No older than any that were read before, in former
   * sessions too: the server that is asked has to know what others knew by now.
   */
  public CompletableFuture<Rules> readAll(PatternType patternType) {
    int era = sessions.get();
    List<String> directories = new ArrayList<>();
    for (ResourceType type : ResourceType.CONCRETE) {
      directories.add(ZnodePaths.aclsOf(type, patternType));
    }
    return session
        .sync("/")
        .thenCompose(done -> lastRemoval(directories))
        .thenCompose(zxid ->
            readAllNow(patternType, era)
                .thenApply(states -> new Rules(states, new AclVersion(era, zxid))));
  }

  /**
   * When a node was made in, or removed from, one of the directories or what they are in for the
   * last time: not before any node of theirs went that is not there afterwards, and before any of
   * those will come back. What has no node has no zxid of its own.
   */
  private CompletableFuture<Long> lastRemoval(List<String> directories) {
    Set<String> paths = new LinkedHashSet<>(List.of("/"));
    directories.forEach(directory -> paths.addAll(DirectoryNodes.levels(directory)));
    CompletableFuture<Long> last = CompletableFuture.completedFuture(0L);
    for (String path : paths) {
      last =
          last.thenCombine(
              session.exists(path, false),
              (known, stat) -> Math.max(known, stat.map(Stat::getPzxid).orElse(0L)));
    }
    return last;
  }

  private CompletableFuture<Map<ResourcePattern, AclState>> readAllNow(
      PatternType patternType, int era) {
    Map<ResourceType, CompletableFuture<List<String>>> names = new LinkedHashMap<>();
    for (ResourceType type : ResourceType.CONCRETE) {
      names.put(type, childrenOrNone(ZnodePaths.aclsOf(type, patternType)));
    }
    return CompletableFuture.allOf(names.values().toArray(CompletableFuture[]::new))
        .thenCompose(done -> {
          Map<String, ResourcePattern> patterns = new LinkedHashMap<>();
          names.forEach((type, children) -> {
            for (String name : children.join()) {
              ResourcePattern pattern = new ResourcePattern(type, name, patternType);
              patterns.put(ZnodePaths.acls(pattern), pattern);
            }
          });
          return read(patterns, era);
        });
  }

  private CompletableFuture<Map<ResourcePattern, AclState>> read(
      Map<String, ResourcePattern> patterns, int era) {
    return bulkReads
        .read(List.copyOf(patterns.keySet()), false)
        .thenApply(znodes -> {
          Map<ResourcePattern, AclState> rules = new LinkedHashMap<>();
          patterns.forEach((path, pattern) -> {
            @Nullable Znode znode = znodes.get(path);
            if (znode != null) {
              rules.put(pattern, state(path, znode, era));
            }
          });
          return rules;
        });
  }

  private CompletableFuture<List<String>> childrenOrNone(String path) {
    return session
        .children(path, false)
        .exceptionallyCompose(failure ->
            Failures.code(failure) == KeeperException.Code.NONODE
                ? CompletableFuture.completedFuture(List.of())
                : CompletableFuture.failedFuture(failure));
  }

  /**
   * The rules of a pattern, none when there is no node. Where they cannot be understood, everything
   * is denied to everybody, and an error is logged.
   */
  public CompletableFuture<AclState> read(ResourcePattern pattern) {
    return readIfPresent(pattern)
        .thenCompose((Optional<AclState> found) ->
            found.isPresent()
                ? CompletableFuture.completedFuture(found.get())
                : readDated(pattern));
  }

  /** As {@link #read}, where there may well be no rules. */
  private CompletableFuture<AclState> readDated(ResourcePattern pattern) {
    int era = sessions.get();
    return lastRemoval(List.of(ZnodePaths.aclsOf(pattern.type(), pattern.patternType())))
        .thenCompose(zxid ->
            readIfPresent(pattern)
                .thenApply((Optional<AclState> found) ->
                    found.orElseGet(() -> new AclState(Set.of(), new AclVersion(era, zxid)))));
  }

  private CompletableFuture<Optional<AclState>> readIfPresent(ResourcePattern pattern) {
    int era = sessions.get();
    String path = ZnodePaths.acls(pattern);
    return session
        .readIfPresent(path, false)
        .thenApply(znode -> znode.map(found -> state(path, found, era)));
  }

  private static AclState state(String path, Znode znode, int era) {
    return new AclState(decodeOrDeny(path, znode), new AclVersion(era, znode.stat().getMzxid()));
  }

  private static Set<AccessControlEntry> decodeOrDeny(String path, Znode znode) {
    try {
      return AclCodec.decode(path, znode.data());
    } catch (ZnodeFormatException e) {
      log.error(
          "The rules in {} cannot be read, so everything that they are about is denied to everybody"
              + " but super users; remove the node or write it again (kafka-acls): {}",
          path,
          e.getMessage());
      return NOBODY;
    }
  }

  /**
   * Changes the rules of a pattern and tells every broker, in one transaction; nothing is written
   * when nothing changes. Fails with {@link ZnodeFormatException} when those that are there cannot
   * be read.
   *
   * @param change gives the new rules from the old ones; may be called several times
   */
  public CompletableFuture<Change> change(
      ResourcePattern pattern, UnaryOperator<Set<AccessControlEntry>> change) {
    return change(pattern, change, 1);
  }

  private CompletableFuture<Change> change(
      ResourcePattern pattern, UnaryOperator<Set<AccessControlEntry>> change, int attempt) {
    String path = ZnodePaths.acls(pattern);
    return session
        .readIfPresent(path, false)
        .thenCompose((Optional<Znode> znode) -> {
          Set<AccessControlEntry> before =
              znode.map(found -> AclCodec.decode(path, found.data())).orElse(Set.of());
          Set<AccessControlEntry> after = change.apply(before);
          Change made = new Change(before, after);
          return before.equals(after)
              ? CompletableFuture.completedFuture(made)
              : write(pattern, znode, after).thenApply(done -> made);
        })
        .exceptionallyCompose(failure ->
            prepareAnotherTry(pattern, failure, attempt)
                .thenCompose(done -> change(pattern, change, attempt + 1)));
  }

  private CompletableFuture<Void> write(
      ResourcePattern pattern, Optional<Znode> existing, Set<AccessControlEntry> entries) {
    String path = ZnodePaths.acls(pattern);
    List<ZnodeOperation> operations = new ArrayList<>();
    if (existing.isEmpty()) {
      operations.add(
          new ZnodeOperation.Create(path, AclCodec.encode(entries), CreateMode.PERSISTENT));
    } else {
      int version = existing.get().stat().getVersion();
      operations.add(
          entries.isEmpty()
              ? new ZnodeOperation.Delete(path, version)
              : new ZnodeOperation.Write(path, AclCodec.encode(entries), version));
    }
    for (byte[] notice : AclCodec.encodeChange(pattern)) {
      operations.add(
          new ZnodeOperation.Create(
              AclCodec.changePrefix(pattern.patternType()),
              notice,
              CreateMode.PERSISTENT_SEQUENTIAL));
    }
    return session.multi(operations).thenAccept(done -> {});
  }

  /** Fails if another try would not help. */
  private CompletableFuture<Void> prepareAnotherTry(
      ResourcePattern pattern, Throwable failure, int attempt) {
    KeeperException.Code code = Failures.code(failure);
    if (attempt < TRIES_MAX) {
      if (code == KeeperException.Code.BADVERSION || code == KeeperException.Code.NODEEXISTS) {
        return CompletableFuture.completedFuture(null);
      }
      if (code == KeeperException.Code.NONODE) {
        return prepare()
            .thenCompose(done ->
                DirectoryNodes.ensure(
                    session, ZnodePaths.aclsOf(pattern.type(), pattern.patternType())));
      }
    }
    return CompletableFuture.failedFuture(failure);
  }
}
