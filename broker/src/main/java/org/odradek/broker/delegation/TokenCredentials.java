package org.odradek.broker.delegation;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.odradek.broker.authentication.ScramCredential;
import org.odradek.broker.authentication.ScramHash;
import org.odradek.broker.authentication.TokenLogins;

/**
 * What SCRAM checks a token's password with, made beforehand ({@link TokenCredentialBacklog}), or
 * when it is first needed.
 *
 * <p>Thread-safety: any thread.
 */
final class TokenCredentials {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final AtomicReferenceArray<ScramCredential> byHash =
      new AtomicReferenceArray<>(ScramHash.values().length);

  /** Whether it is made already. */
  boolean has(ScramHash hash) {
    return byHash.get(hash.ordinal()) != null;
  }

  ScramCredential of(String password, ScramHash hash) {
    ScramCredential credential = byHash.get(hash.ordinal());
    if (credential == null) {
      byte[] salt = new byte[TokenLogins.SALT_BYTES];
      RANDOM.nextBytes(salt);
      credential = ScramCredential.ofPassword(hash, password, salt, TokenLogins.ITERATIONS);
      byHash.set(hash.ordinal(), credential);
    }
    return credential;
  }
}
