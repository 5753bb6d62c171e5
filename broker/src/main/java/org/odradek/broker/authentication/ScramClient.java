package org.odradek.broker.authentication;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * SCRAM from the client's side.
 *
 * <p>The keys made of the password are kept for the last salt, so that only the first of many
 * connections pays for them. Thread-safety: any thread.
 */
public final class ScramClient implements SaslClientMechanism {
  private static final int NONCE_BYTES = 24;

  /** Above any that Kafka makes: a server must not keep this broker busy as long as it likes. */
  private static final int ITERATIONS_MAX = 1_000_000;

  private final ScramHash hash;
  private final ClientCredentials credentials;
  private final SecureRandom random;
  private volatile @Nullable Salted salted;

  private record Salted(byte[] salt, int iterations, byte[] password) {}

  public ScramClient(ScramHash hash, ClientCredentials credentials, SecureRandom random) {
    this.hash = hash;
    this.credentials = credentials;
    this.random = random;
  }

  @Override
  public String name() {
    return hash.mechanism();
  }

  @Override
  public SaslClientExchange begin(String host) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return new Exchange(Base64.getEncoder().encodeToString(nonce));
  }

  private byte[] saltedPassword(byte[] salt, int iterations) {
    Salted known = salted;
    if (known == null || known.iterations != iterations || !Arrays.equals(known.salt, salt)) {
      known =
          new Salted(
              salt, iterations, hash.saltedPassword(credentials.password(), salt, iterations));
      salted = known;
    }
    return known.password;
  }

  private final class Exchange implements SaslClientExchange {
    private final String nonce;
    private final String firstBare;
    private byte @Nullable [] expectedSignature;
    private boolean isComplete;

    Exchange(String nonce) {
      this.nonce = nonce;
      this.firstBare = "n=" + ScramAttributes.escaped(credentials.username()) + ",r=" + nonce;
    }

    @Override
    public byte[] firstToken() {
      return utf8("n,," + firstBare);
    }

    @Override
    public byte @Nullable [] evaluate(byte[] challenge) {
      String message = new String(challenge, StandardCharsets.UTF_8);
      ScramAttributes attributes = ScramAttributes.parse(message);
      if (attributes == null) {
        throw new SaslLoginException("the server's message is not of SCRAM's form");
      }
      byte[] expected = expectedSignature;
      if (expected == null) {
        return proof(message, attributes);
      }
      byte[] signature = attributes.bytes("v");
      if (signature == null || !MessageDigest.isEqual(signature, expected)) {
        throw new SaslLoginException(
            "the server does not know the password of " + credentials + " itself, or refuses it");
      }
      isComplete = true;
      return null;
    }

    private byte[] proof(String message, ScramAttributes attributes) {
      String whole = attributes.text("r");
      byte[] salt = attributes.bytes("s");
      Integer iterations = attributes.number("i");
      if (whole == null || salt == null || iterations == null || !whole.startsWith(nonce)) {
        throw new SaslLoginException("the server's challenge is not of SCRAM's form");
      }
      if (iterations < ScramHash.ITERATIONS_MIN || iterations > ITERATIONS_MAX) {
        throw new SaslLoginException(
            "the server asks for "
                + iterations
                + " iterations; they must be from "
                + ScramHash.ITERATIONS_MIN
                + " to "
                + ITERATIONS_MAX);
      }
      byte[] password = saltedPassword(salt, iterations);
      byte[] clientKey = hash.hmac(password, utf8("Client Key"));
      String last = "c=" + Base64.getEncoder().encodeToString(utf8("n,,")) + ",r=" + whole;
      byte[] signed = utf8(firstBare + "," + message + "," + last);
      byte[] proof = hash.hmac(hash.hash(clientKey), signed);
      for (int i = 0; i < proof.length; i++) {
        proof[i] ^= clientKey[i];
      }
      expectedSignature = hash.hmac(hash.hmac(password, utf8("Server Key")), signed);
      return utf8(last + ",p=" + Base64.getEncoder().encodeToString(proof));
    }

    @Override
    public boolean isComplete() {
      return isComplete;
    }

    @Override
    public void dispose() {
      expectedSignature = null;
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
