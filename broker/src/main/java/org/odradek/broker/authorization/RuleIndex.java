package org.odradek.broker.authorization;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.acl.AclChangeHandler;
import org.odradek.controller.acl.AclState;
import org.odradek.controller.acl.AclVersion;
import org.odradek.protocol.acl.AccessControlEntry;
import org.odradek.protocol.acl.AclBinding;
import org.odradek.protocol.acl.PatternType;
import org.odradek.protocol.acl.ResourcePattern;
import org.odradek.protocol.acl.ResourceType;

/**
 * All rules, found by what they are about: literal names and {@code *} by hash, prefixes by going
 * from the name down a sorted map, so that a check costs the rules that match and not all.
 *
 * <p>Thread-safety: any thread reads; writers take turns (mostly ZooKeeper's event thread). The
 * rules of one pattern change at once, those of several one after the other, and never to what is
 * older than what they are: what this broker writes and what it hears of others may cross.
 */
final class RuleIndex implements AclChangeHandler {

  private static final class OfType {
    final RulesByName<Map<String, RulesOfPattern>> literal =
        new RulesByName<>(new ConcurrentHashMap<>());
    final RulesByName<NavigableMap<String, RulesOfPattern>> prefixed =
        new RulesByName<>(new ConcurrentSkipListMap<>());

    RulesByName<? extends Map<String, RulesOfPattern>> of(PatternType type) {
      return type == PatternType.PREFIXED ? prefixed : literal;
    }
  }

  /** Patterns whose rules are gone and that are remembered; a state that is late is so by ms. */
  private static final int REMOVED_MAX = 10_000;

  private final Map<ResourceType, OfType> byType = new EnumMap<>(ResourceType.class);

  /** Since when patterns have no rules, the longest known first. Guarded by this. */
  private final Map<ResourcePattern, AclVersion> removed = new LinkedHashMap<>();

  RuleIndex() {
    for (ResourceType type : ResourceType.CONCRETE) {
      byType.put(type, new OfType());
    }
  }

  private OfType rulesOf(ResourceType type) {
    OfType rules = byType.get(type);
    if (rules == null) {
      throw new IllegalArgumentException("no rules are made for resources of type " + type);
    }
    return rules;
  }

  @Override
  public synchronized void loaded(
      PatternType type, Map<ResourcePattern, AclState> rules, AclVersion version) {
    AclState none = new AclState(Set.of(), version);
    byType.forEach((resourceType, ofType) -> {
      for (String name : List.copyOf(ofType.of(type).byName().keySet())) {
        ResourcePattern pattern = new ResourcePattern(resourceType, name, type);
        if (!rules.containsKey(pattern)) {
          changed(pattern, none);
        }
      }
    });
    rules.forEach(this::changed);
  }

  @Override
  public synchronized void changed(ResourcePattern pattern, AclState state) {
    RulesByName<?> rules = rulesOf(pattern.type()).of(pattern.patternType());
    RulesOfPattern known = rules.byName().get(pattern.name());
    if (!state.replaces(
        known != null ? known.version() : removed.getOrDefault(pattern, AclVersion.NONE))) {
      return;
    }
    removed.remove(pattern);
    if (state.entries().isEmpty()) {
      removed.put(pattern, state.version());
      if (removed.size() > REMOVED_MAX) {
        removed.remove(removed.keySet().iterator().next());
      }
      rules.set(pattern.name(), null);
    } else {
      rules.set(pattern.name(), new RulesOfPattern(state));
    }
  }

  /** Those about a resource: of its name, of prefixes of it, and of all names. */
  List<RulesOfPattern> matching(ResourceType type, String name) {
    OfType rules = rulesOf(type);
    Map<String, RulesOfPattern> literal = rules.literal.byName();
    NavigableMap<String, RulesOfPattern> prefixed = rules.prefixed.byName();
    List<RulesOfPattern> matching = new ArrayList<>(3);
    Consumer<@Nullable RulesOfPattern> add =
        found -> {
          if (found != null) {
            matching.add(found);
          }
        };
    add.accept(literal.get(name));
    if (!name.equals(ResourcePattern.WILDCARD)) {
      add.accept(literal.get(ResourcePattern.WILDCARD));
    }
    if (!prefixed.isEmpty()) {
      matching.addAll(prefixesOf(prefixed, name));
    }
    return matching;
  }

  /**
   * The entries whose keys are prefixes of the name. The greatest key that is not greater than the
   * name is one, or shares only so many characters with it, and then so do all longer candidates.
   */
  private static List<RulesOfPattern> prefixesOf(
      NavigableMap<String, RulesOfPattern> prefixed, String name) {
    List<RulesOfPattern> found = new ArrayList<>(2);
    String candidate = name;
    Map.Entry<String, RulesOfPattern> below = prefixed.floorEntry(candidate);
    while (below != null) {
      String prefix = below.getKey();
      int shared = sharedLength(candidate, prefix);
      if (shared == prefix.length()) {
        found.add(below.getValue());
        below = prefixed.lowerEntry(prefix);
      } else {
        candidate = candidate.substring(0, shared);
        below = prefixed.floorEntry(candidate);
      }
    }
    return found;
  }

  private static int sharedLength(String a, String b) {
    int max = Math.min(a.length(), b.length());
    int shared = 0;
    while (shared < max && a.charAt(shared) == b.charAt(shared)) {
      shared++;
    }
    return shared;
  }

  /** The rules of all literal names of a type. */
  RulesByName<Map<String, RulesOfPattern>> literal(ResourceType type) {
    return rulesOf(type).literal;
  }

  /** The rules of all prefixes of a type. */
  RulesByName<NavigableMap<String, RulesOfPattern>> prefixed(ResourceType type) {
    return rulesOf(type).prefixed;
  }

  /** Those of prefixes that a name, or a longer prefix, begins with. */
  Collection<RulesOfPattern> ofPrefixes(ResourceType type, String name) {
    return prefixesOf(rulesOf(type).prefixed.byName(), name);
  }

  /** All rules that a filter takes. */
  List<AclBinding> find(AclFilter filter) {
    List<AclBinding> found = new ArrayList<>();
    for (ResourcePattern pattern : patterns(filter)) {
      for (AccessControlEntry entry : entries(pattern)) {
        if (filter.takes(entry)) {
          found.add(new AclBinding(pattern, entry));
        }
      }
    }
    return found;
  }

  /** The rules of a pattern, none where there are none. */
  Set<AccessControlEntry> entries(ResourcePattern pattern) {
    RulesOfPattern rules =
        rulesOf(pattern.type()).of(pattern.patternType()).byName().get(pattern.name());
    return rules == null ? Set.of() : rules.entries();
  }

  /** The patterns with rules that a filter takes. */
  List<ResourcePattern> patterns(AclFilter filter) {
    List<ResourcePattern> found = new ArrayList<>();
    byType.forEach((type, rules) -> {
      for (PatternType patternType : List.of(PatternType.LITERAL, PatternType.PREFIXED)) {
        for (String name : rules.of(patternType).byName().keySet()) {
          ResourcePattern pattern = new ResourcePattern(type, name, patternType);
          if (filter.takes(pattern)) {
            found.add(pattern);
          }
        }
      }
    });
    return found;
  }
}
