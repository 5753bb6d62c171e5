package org.odradek.broker.authentication;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;

/**
 * SCRAM (RFC 5802) with one hash function.
 *
 * <p>A name that nobody has gets as far as one that somebody has: its challenge is made from the
 * name and a secret of this process, the same each time, and the proof is refused.
 *
 * <p>Thread-safety: any thread.
 */
public final class ScramMechanism implements SaslMechanism {
  private static final int NONCE_BYTES = 24;
  private static final int SALT_BYTES = 16;

  private final ScramHash hash;
  private final ScramUsers users;
  private final TokenLogins tokens;
  private final SecureRandom random;
  private final byte[] secret = new byte[32];

  public ScramMechanism(ScramHash hash, ScramUsers users, TokenLogins tokens, SecureRandom random) {
    this.hash = hash;
    this.users = users;
    this.tokens = tokens;
    this.random = random;
    random.nextBytes(secret);
  }

  @Override
  public String name() {
    return hash.mechanism();
  }

  @Override
  public SaslExchange begin(InetSocketAddress client) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return new ScramExchange(
        hash, users, tokens, this::nobody, Base64.getEncoder().encodeToString(nonce));
  }

  /** A credential that no proof fits. */
  private ScramCredential nobody(String name) {
    byte[] made = hash.hmac(secret, name.getBytes(StandardCharsets.UTF_8));
    return new ScramCredential(
        Arrays.copyOf(made, SALT_BYTES), made, made, ScramHash.ITERATIONS_MIN);
  }
}
