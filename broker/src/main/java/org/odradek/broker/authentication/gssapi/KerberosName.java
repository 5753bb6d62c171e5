package org.odradek.broker.authentication.gssapi;

import org.jspecify.annotations.Nullable;

/**
 * The parts of a Kerberos principal.
 *
 * <pre>
 *   first [/ second] [@ realm]      alice@EXAMPLE.COM      kafka/broker1.example.com@EXAMPLE.COM
 * </pre>
 *
 * @param first a user, or the name of a service
 * @param second where a service runs; null for users
 * @param realm null when it is left out, and of a name that is not of this form
 */
public record KerberosName(String first, @Nullable String second, @Nullable String realm) {

  /**
   * @throws IllegalArgumentException if there is an @, and the name is not of this form
   */
  public static KerberosName parse(String text) {
    int at = text.indexOf('@');
    if (at < 0) {
      return parseService(text);
    }
    String realm = text.substring(at + 1);
    String name = text.substring(0, at);
    int slash = name.indexOf('/');
    String second = slash < 0 ? null : name.substring(slash + 1);
    if (realm.indexOf('@') >= 0
        || realm.indexOf('/') >= 0
        || (second != null && second.indexOf('/') >= 0)) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a principal of the form user@REALM or service/host@REALM");
    }
    return new KerberosName(slash < 0 ? name : name.substring(0, slash), second, realm);
  }

  /** Of the default realm: such a name is taken as it is. */
  private static KerberosName parseService(String text) {
    return new KerberosName(text, null, null);
  }

  @Override
  public String toString() {
    return first + (second == null ? "" : "/" + second) + (realm == null ? "" : "@" + realm);
  }
}
