package org.odradek.broker.authorization;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext.Principal;

/**
 * The rules of all patterns of one kind, by name, and for each principal the names with rules that
 * allow it something: with many rules, few are of the one who asks.
 *
 * <p>Thread-safety: any thread reads; one at a time writes.
 *
 * @param <M> what the names are looked up in
 */
final class RulesByName<M extends Map<String, RulesOfPattern>> {
  private final M byName;
  private final Map<Principal, Set<String>> allowing = new ConcurrentHashMap<>();

  /** {@code byName} is empty, and can be read by others while it is written. */
  RulesByName(M byName) {
    this.byName = byName;
  }

  /** To be read only. */
  M byName() {
    return byName;
  }

  /**
   * The names with a rule that allows just this principal something; {@code User:*} is one, too.
   */
  Set<String> allowing(Principal principal) {
    return allowing.getOrDefault(principal, Set.of());
  }

  /** Null for none. */
  void set(String name, @Nullable RulesOfPattern rules) {
    RulesOfPattern before = rules == null ? byName.remove(name) : byName.put(name, rules);
    Set<Principal> allowed = rules == null ? Set.of() : rules.allowed();
    for (Principal principal : allowed) {
      allowing.computeIfAbsent(principal, added -> ConcurrentHashMap.newKeySet()).add(name);
    }
    if (before == null) {
      return;
    }
    for (Principal principal : before.allowed()) {
      if (!allowed.contains(principal)) {
        allowing.computeIfPresent(
            principal,
            (of, names) -> {
              names.remove(name);
              return names.isEmpty() ? null : names;
            });
      }
    }
  }
}
