package org.odradek.broker.authentication.gssapi;

import java.util.List;
import javax.security.auth.kerberos.KerberosPrincipal;

/**
 * Which user a Kerberos principal is here: {@code sasl.kerberos.principal.to.local.rules}, the
 * first of which that is for the principal decides. They are those of Hadoop and of Kerberos' own
 * {@code auth_to_local}.
 *
 * <p>Thread-safety: immutable.
 */
public final class LocalNames {
  private final List<LocalNameRule> rules;

  private LocalNames(List<LocalNameRule> rules) {
    this.rules = rules;
  }

  /**
   * Reads the rules.
   *
   * @param defaultRealm see {@link #defaultRealm}
   * @throws IllegalArgumentException with a message for a person
   */
  public static LocalNames of(List<String> rules, String defaultRealm) {
    return new LocalNames(
        rules.stream().map(rule -> LocalNameRule.parse(rule.trim(), defaultRealm)).toList());
  }

  /** The one that krb5.conf names, or an empty text when there is none. */
  public static String defaultRealm() {
    try {
      return new KerberosPrincipal("nobody", KerberosPrincipal.KRB_NT_PRINCIPAL).getRealm();
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  /**
   * The name of a principal.
   *
   * @throws NoLocalNameException if no rule makes one of it
   */
  public String of(String principal) {
    KerberosName name;
    try {
      name = KerberosName.parse(principal);
    } catch (IllegalArgumentException e) {
      throw new NoLocalNameException(String.valueOf(e.getMessage()));
    }
    String realm = name.realm();
    if (realm == null) {
      return name.first();
    }
    String second = name.second();
    List<String> parts =
        second == null ? List.of(realm, name.first()) : List.of(realm, name.first(), second);
    for (LocalNameRule rule : rules) {
      String local = rule.apply(parts);
      if (local != null) {
        return local;
      }
    }
    throw new NoLocalNameException(
        "no rule of sasl.kerberos.principal.to.local.rules is for " + name + ": " + rules);
  }
}
