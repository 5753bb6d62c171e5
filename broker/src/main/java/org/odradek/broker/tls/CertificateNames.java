package org.odradek.broker.tls;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.SslKeys;

/**
 * Who a certificate says that a broker is. A certificate that is replaced while the broker runs
 * must say the same, or clients that check names would be lost: the same distinguished name, and at
 * least the alternative names of the one before (KIP-226), unless the settings allow it to differ
 * (KIP-978).
 */
final class CertificateNames {
  private CertificateNames() {}

  /**
   * @throws ConfigException when names are lost
   */
  static void checkKept(
      TlsSettings settings, @Nullable X509Certificate before, @Nullable X509Certificate after) {
    if (before == null || after == null) {
      return;
    }
    if (!settings.mayChangeNames()
        && !before.getSubjectX500Principal().equals(after.getSubjectX500Principal())) {
      throw new ConfigException(
          "The new key store of listener "
              + settings.listenerName()
              + " has a certificate of "
              + after.getSubjectX500Principal()
              + ", the one in use has one of "
              + before.getSubjectX500Principal()
              + ": set "
              + SslKeys.SSL_ALLOW_DN_CHANGES.name()
              + "=true in the file to allow that");
    }
    Set<String> lost = alternativeNames(before);
    lost.removeAll(alternativeNames(after));
    if (!settings.mayLoseAlternativeNames() && !lost.isEmpty()) {
      throw new ConfigException(
          "The certificate in the new key store of listener "
              + settings.listenerName()
              + " lacks the alternative names "
              + lost
              + " of the one in use: set "
              + SslKeys.SSL_ALLOW_SAN_CHANGES.name()
              + "=true in the file to allow that");
    }
  }

  private static Set<String> alternativeNames(X509Certificate certificate) {
    Set<String> names = new TreeSet<>();
    try {
      Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
      if (alternatives != null) {
        alternatives.forEach(name -> names.add(String.valueOf(name.get(1))));
      }
    } catch (CertificateParsingException e) {
      // none that anybody could check
    }
    return names;
  }
}
