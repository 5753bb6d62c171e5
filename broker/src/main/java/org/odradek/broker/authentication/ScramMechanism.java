package org.odradek.broker.authentication;

import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
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

  /** Kafka's tools make salts of a number of so many bits, and of its digits. */
  private static final int SALT_BITS = 130;

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
    BigInteger number = new BigInteger(1, made).mod(BigInteger.ONE.shiftLeft(SALT_BITS));
    byte[] salt = number.toString(Character.MAX_RADIX).getBytes(StandardCharsets.US_ASCII);
    return new ScramCredential(salt, made, made, ScramHash.ITERATIONS_MIN);
  }
}
