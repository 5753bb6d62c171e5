package org.odradek.controller.acl;

import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.AclCodec;
import org.odradek.controller.znode.ZnodeFormatException;
import org.odradek.controller.zookeeper.ChangeNotifications;
import org.odradek.controller.zookeeper.ZooKeeperSession;
import org.odradek.protocol.acl.PatternType;
import org.odradek.protocol.acl.ResourcePattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code /kafka-acl-changes} and {@code /kafka-acl-extended-changes}: all rules once at the
 * start and in each new session, then those of every pattern that a notification names.
 *
 * <p>Thread-safety: {@link #start} once; everything else happens on the session's event thread.
 */
public final class AclChanges {
  private static final Logger log = LoggerFactory.getLogger(AclChanges.class);

  private final AclStore store;
  private final AclChangeHandler handler;
  private final ChangeNotifications literal;
  private final ChangeNotifications prefixed;

  /**
   * @param clockMs wall clock time, as ZooKeeper's ctime
   * @param timer when to read again what could not be read
   */
  public AclChanges(
      ZooKeeperSession session,
      AclStore store,
      LongSupplier clockMs,
      ChangeNotifications.Timer timer,
      AclChangeHandler handler) {
    this.store = store;
    this.handler = handler;
    this.literal = notifications(session, clockMs, timer, PatternType.LITERAL);
    this.prefixed = notifications(session, clockMs, timer, PatternType.PREFIXED);
  }

  private ChangeNotifications notifications(
      ZooKeeperSession session,
      LongSupplier clockMs,
      ChangeNotifications.Timer timer,
      PatternType type) {
    return new ChangeNotifications(
        session, AclCodec.changePrefix(type), clockMs, timer, new RulesOfType(type));
  }

  /** Makes the directories that are missing; completes when the handler has had all rules. */
  public CompletableFuture<Void> start() {
    return store
        .prepare()
        .thenCompose(done -> CompletableFuture.allOf(literal.start(), prefixed.start()));
  }

  private final class RulesOfType implements ChangeNotifications.Follower {
    private final PatternType type;

    /** What was told of so far is with the handler. */
    private CompletableFuture<Void> handed = CompletableFuture.completedFuture(null);

    RulesOfType(PatternType type) {
      this.type = type;
    }

    @Override
    public CompletableFuture<Void> loadAll() {
      return store
          .readAll(type)
          .thenAccept(rules -> handler.loaded(type, rules.states(), rules.version()));
    }

    @Override
    public CompletableFuture<Void> changed(String path, byte @Nullable [] notification) {
      ResourcePattern pattern;
      try {
        pattern = AclCodec.decodeChange(path, notification);
      } catch (ZnodeFormatException e) {
        log.warn("ignored a notification of changed ACLs: {}", e.getMessage());
        return CompletableFuture.completedFuture(null);
      }
      // In the order of the notifications, though rules that are gone take longer to read: whoever
      // changes two patterns one after the other counts on it.
      handed =
          handed
              .handle((done, failure) -> null)
              .thenCombine(
                  store.read(pattern),
                  (before, state) -> {
                    handler.changed(pattern, state);
                    return null;
                  });
      return handed;
    }
  }
}
