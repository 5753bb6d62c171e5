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

/**
 * Shows and changes rules. A change is in force on this broker when its future completes, on others
 * once they have heard of it from ZooKeeper.
 *
 * <p>Thread-safety: any thread, nothing blocks; futures complete on ZooKeeper's event thread.
 */
final class AclAdmin {
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
        .thenAccept(change -> rules.changed(pattern, change.after()));
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
        .thenApply(change -> {
          rules.changed(pattern, change.after());
          Set<AccessControlEntry> removed = new LinkedHashSet<>(change.before());
          removed.removeAll(change.after());
          return removed;
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
