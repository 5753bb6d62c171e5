package org.odradek.broker.authentication;

import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * SCRAM (RFC 5802) with one hash function.
 *
 * <p>A name that nobody has gets as far as one that somebody has: its challenge is made from the
 * name and a secret, the same each time, with a salt and a number of iterations as others have
 * them, and the proof is refused. Users have the same salt on all brokers, so who is no user has,
 * too, where brokers have a secret in common; a delegation token has another one on each broker.
 *
 * <p>Thread-safety: any thread.
 */
public final class ScramMechanism implements SaslMechanism {
  private static final int NONCE_BYTES = 24;

  /** Kafka's tools make salts of a number of so many bits, and of its digits. */
  private static final int SALT_BITS = 130;

  /** What is made of the secret for this must be nothing that is made of it for anything else. */
  private static final byte[] PURPOSE =
      "salts of users that are not there".getBytes(StandardCharsets.UTF_8);

  private final ScramHash hash;
  private final ScramUsers users;
  private final TokenLogins tokens;
  private final SecureRandom random;
  private final byte[] ownSecret = new byte[32];
  private final byte[] sharedSecret;

  /**
   * @param sharedSecret the same on all brokers, and known to nobody else; null where there is none
   */
  public ScramMechanism(
      ScramHash hash,
      ScramUsers users,
      TokenLogins tokens,
      SecureRandom random,
      byte @Nullable [] sharedSecret) {
    this.hash = hash;
    this.users = users;
    this.tokens = tokens;
    this.random = random;
    random.nextBytes(ownSecret);
    this.sharedSecret = sharedSecret == null ? ownSecret : hash.hmac(sharedSecret, PURPOSE);
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

  /**
   * A credential that no proof fits.
   *
   * @param isToken whether the name is that of a delegation token
   */
  private ScramCredential nobody(String name, boolean isToken) {
    byte[] made =
        hash.hmac(isToken ? ownSecret : sharedSecret, name.getBytes(StandardCharsets.UTF_8));
    if (isToken) {
      byte[] salt = Arrays.copyOf(made, TokenLogins.SALT_BYTES);
      return new ScramCredential(salt, made, made, TokenLogins.ITERATIONS);
    }
    BigInteger number = new BigInteger(1, made).mod(BigInteger.ONE.shiftLeft(SALT_BITS));
    byte[] salt = number.toString(Character.MAX_RADIX).getBytes(StandardCharsets.US_ASCII);
    return new ScramCredential(salt, made, made, iterationsOfNobody(made));
  }

  /**
   * As many iterations as some user has, the more likely the more users have so many, and the same
   * each time: each number of iterations draws a lot from {@code made}, and the best one wins
   * (rendezvous hashing with weights). A change of one user changes it for as few as can be.
   */
  private int iterationsOfNobody(byte[] made) {
    int drawn = ScramHash.ITERATIONS_MIN; // what Kafka's tools take unless they are told
    double best = Double.NEGATIVE_INFINITY;
    long seed = ByteBuffer.wrap(made).getLong(made.length - Long.BYTES);
    for (Map.Entry<Integer, Integer> entry : users.usersByIterations(hash).entrySet()) {
      double uniform = (mixed(seed + entry.getKey()) >>> 11) * 0x1.0p-53 + 0x1.0p-54;
      double lot = Math.log(uniform) / entry.getValue(); // below 0: the larger, the better
      if (lot > best) {
        best = lot;
        drawn = entry.getKey();
      }
    }
    return drawn;
  }

  /** Spreads the bits of a number over all of it, as SplitMix64 does. */
  private static long mixed(long number) {
    long mixed = number * 0x9e3779b97f4a7c15L;
    mixed = (mixed ^ (mixed >>> 30)) * 0xbf58476d1ce4e5b9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
    return mixed ^ (mixed >>> 31);
  }
}
