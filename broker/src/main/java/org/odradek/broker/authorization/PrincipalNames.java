package org.odradek.broker.authorization;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.broker.config.ConfigException;

/** Principals as they are written in rules and in {@code super.users}. */
final class PrincipalNames {
  /** In a rule: whoever it is. */
  static final Principal EVERYONE = new Principal("User", "*");

  private PrincipalNames() {}

  /** {@code type:name}, where the name may have colons; null for anything else. */
  static @Nullable Principal parse(String text) {
    int colon = text.indexOf(':');
    return colon <= 0 || colon == text.length() - 1
        ? null
        : new Principal(text.substring(0, colon), text.substring(colon + 1));
  }

  /**
   * {@code super.users}: principals with semicolons in between, as distinguished names have commas.
   */
  static Set<Principal> parseSuperUsers(String key, String value) {
    Set<Principal> principals = new HashSet<>();
    for (String part : value.split(";", -1)) {
      String text = part.strip();
      if (!text.isEmpty()) {
        Principal principal = parse(text);
        if (principal == null) {
          throw new ConfigException(
              key,
              value,
              "'" + text + "' is not a principal; write User:name, and semicolons between several");
        }
        principals.add(principal);
      }
    }
    return Set.copyOf(principals);
  }
}
