package org.odradek.broker.authorization;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.odradek.controller.acl.AclStore;
import org.odradek.protocol.acl.AccessControlEntry;
import org.odradek.protocol.acl.AclBinding;
import org.odradek.protocol.acl.ResourcePattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows and changes rules. A change is in force on this broker when its future completes, on others
 * once they have heard of it from ZooKeeper, and here too if it cannot be read again at once.
 *
 * <p>Thread-safety: any thread, nothing blocks; futures complete on ZooKeeper's event thread.
 */
final class AclAdmin {
  private static final Logger log = LoggerFactory.getLogger(AclAdmin.class);

  private final AclStore store;
  private final RuleIndex rules;

  AclAdmin(AclStore store, RuleIndex rules) {
    this.store = store;
    this.rules = rules;
  }

  List<AclBinding> find(AclFilter filter) {
    return rules.find(filter);
  }

  /** Adds rules to a pattern; those that are there already are no error. */
  CompletableFuture<Void> add(ResourcePattern pattern, Collection<AccessControlEntry> entries) {
    return store
        .change(
            pattern,
            before -> {
              Set<AccessControlEntry> after = new LinkedHashSet<>(before);
              after.addAll(entries);
              return after;
            })
        .thenCompose(change -> readAgain(pattern));
  }

  /** Removes the rules of a pattern that the condition holds for; gives those that were removed. */
  CompletableFuture<Set<AccessControlEntry>> remove(
      ResourcePattern pattern, Predicate<AccessControlEntry> condition) {
    return store
        .change(
            pattern,
            before -> {
              Set<AccessControlEntry> after = new LinkedHashSet<>(before);
              after.removeIf(condition);
              return after;
            })
        .thenCompose(change -> {
          Set<AccessControlEntry> removed = new LinkedHashSet<>(change.before());
          removed.removeAll(change.after());
          return readAgain(pattern).thenApply(done -> removed);
        });
  }

  /**
   * Puts in force here what is written now. That is what this broker wrote, or something newer that
   * it may have heard of already; what was written does not tell which. If it cannot be read, it
   * comes into force as on other brokers: the change is made, whoever asked for it.
   */
  private CompletableFuture<Void> readAgain(ResourcePattern pattern) {
    return store
        .read(pattern)
        .thenAccept(state -> rules.changed(pattern, state))
        .exceptionally(failure -> {
          log.warn(
              "The rules of {} are changed in ZooKeeper, but could not be read again; they are in"
                  + " force here when ZooKeeper has told of them: {}",
              pattern,
              failure.toString());
          return null;
        });
  }

  /** The patterns with rules that a filter is about. */
  List<ResourcePattern> patterns(AclFilter filter) {
    return rules.patterns(filter);
  }

  /** The rules of a pattern that are in force here. */
  Set<AccessControlEntry> entries(ResourcePattern pattern) {
    return rules.entries(pattern);
  }
}
