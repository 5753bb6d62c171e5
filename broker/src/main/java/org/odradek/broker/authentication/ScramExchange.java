package org.odradek.broker.authentication;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalLong;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One login by SCRAM, from the server's side.
 *
 * <pre>
 *   client  n,[a=name],n=name,r=cnonce[,tokenauth=true]
 *   server  r=cnonce+snonce,s=salt,i=iterations
 *   client  c=base64(n,[a=name],),r=cnonce+snonce,p=proof
 *   server  v=signature
 * </pre>
 */
final class ScramExchange implements SaslExchange {
  private static final String TOKEN_EXTENSION = "tokenauth";

  private final ScramHash hash;
  private final ScramUsers users;
  private final TokenLogins tokens;
  private final Nobody nobody;
  private final String serverNonce;

  private @Nullable Challenged challenged;

  /** Makes up the credential of a name that nobody has; {@code isToken}: no delegation token. */
  interface Nobody {
    ScramCredential credential(String name, boolean isToken);
  }

  /** What the first message led to. */
  private record Challenged(
      String claimedName,
      String header,
      String nonce,
      String firstMessages,
      ScramCredential credential,
      @Nullable Identity identity) {}

  /**
   * @param serverNonce printable, without commas
   */
  ScramExchange(
      ScramHash hash, ScramUsers users, TokenLogins tokens, Nobody nobody, String serverNonce) {
    this.hash = hash;
    this.users = users;
    this.tokens = tokens;
    this.nobody = nobody;
    this.serverNonce = serverNonce;
  }

  /** Elsewhere for a delegation token whose credential has to be made first. */
  @Override
  public @Nullable Executor executor(byte[] token) {
    String message = challenged == null ? text(token) : null;
    ScramAttributes attributes =
        message == null ? null : ScramAttributes.parse(message.substring(bareIndex(message)));
    if (attributes == null || !isToken(attributes)) {
      return null;
    }
    String written = attributes.text("n");
    String name = written == null ? null : ScramAttributes.unescaped(written);
    return name == null ? null : tokens.executor(name, hash);
  }

  /** Where what follows the gs2-header begins; 0 without a header. */
  private static int bareIndex(String message) {
    return message.indexOf(',', message.indexOf(',') + 1) + 1;
  }

  private static boolean isToken(ScramAttributes attributes) {
    return "true".equalsIgnoreCase(attributes.text(TOKEN_EXTENSION));
  }

  private static @Nullable String text(byte[] token) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(token)).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  @Override
  public Step evaluate(byte[] token) {
    String message = text(token);
    if (message == null) {
      return refused(null, "its message is not UTF-8");
    }
    Challenged state = challenged;
    return state == null ? challenge(message) : judge(state, message);
  }

  private Step challenge(String message) {
    // gs2-header: channel binding flag, authorization id
    int first = message.indexOf(',');
    int second = message.indexOf(',', first + 1);
    if (first < 0 || second < 0) {
      return refused(null, "its first message has no header");
    }
    String flag = message.substring(0, first);
    if (!flag.equals("n") && !flag.equals("y")) {
      return refused(null, "it wants channel binding, which is not there");
    }
    String bare = message.substring(second + 1);
    ScramAttributes attributes = ScramAttributes.parse(bare);
    String written = attributes == null ? null : attributes.text("n");
    String clientNonce = attributes == null ? null : attributes.text("r");
    String name = written == null ? null : ScramAttributes.unescaped(written);
    if (attributes == null || name == null || name.isEmpty() || !isNonce(clientNonce)) {
      return refused(null, "its first message is not of SCRAM's form");
    }
    if (attributes.text("m") != null) {
      return refused(name, "it wants an extension that is not known");
    }
    String asked = message.substring(first + 1, second);
    if (!asked.isEmpty() && !asked.equals("a=" + written)) {
      String why =
          "Authentication failed: one cannot log in for somebody else, the authorization id"
              + " differs from the username";
      return new Failed(name, why, why);
    }
    String nonce = clientNonce + serverNonce;
    ScramCredential credential = null;
    Identity identity = null;
    boolean isToken = isToken(attributes);
    if (isToken) {
      TokenLogins.TokenLogin login = tokens.find(name, hash);
      if (login != null) {
        credential = login.credential();
        identity = new Identity(login.owner(), true, OptionalLong.of(login.expiresAtMs()));
      }
    } else {
      credential = users.find(name, hash);
      if (credential != null) {
        identity = Identity.ofUser(name);
      }
    }
    if (credential == null) {
      credential = nobody.credential(name, isToken);
    }
    String answer =
        "r="
            + nonce
            + ",s="
            + Base64.getEncoder().encodeToString(credential.salt())
            + ",i="
            + credential.iterations();
    challenged =
        new Challenged(
            name,
            message.substring(0, second + 1),
            nonce,
            bare + "," + answer,
            credential,
            identity);
    return new Challenge(answer.getBytes(StandardCharsets.UTF_8));
  }

  private static boolean isNonce(@Nullable String text) {
    return text != null && !text.isEmpty() && text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }

  private Step judge(Challenged state, String message) {
    int proofAt = message.lastIndexOf(",p=");
    ScramAttributes attributes = ScramAttributes.parse(message);
    byte[] proof = attributes == null ? null : attributes.bytes("p");
    byte[] binding = attributes == null ? null : attributes.bytes("c");
    if (attributes == null || proofAt < 0 || proof == null || binding == null) {
      return refused(state.claimedName(), "its final message is not of SCRAM's form");
    }
    // librdkafka before 2.6.1 writes its own nonce before it once more, and Kafka lets that pass:
    // the proof is made over what it writes.
    String nonce = attributes.text("r");
    if (nonce == null || !nonce.endsWith(state.nonce())) {
      return refused(state.claimedName(), "its nonce is not the one it was given");
    }
    if (!Arrays.equals(binding, state.header().getBytes(StandardCharsets.UTF_8))) {
      return refused(state.claimedName(), "its channel binding differs from the first message's");
    }
    byte[] signed =
        (state.firstMessages() + "," + message.substring(0, proofAt))
            .getBytes(StandardCharsets.UTF_8);
    ScramCredential credential = state.credential();
    byte[] clientKey = hash.hmac(credential.storedKey(), signed);
    boolean fits = clientKey.length == proof.length;
    for (int i = 0; fits && i < proof.length; i++) {
      clientKey[i] ^= proof[i];
    }
    boolean right = MessageDigest.isEqual(hash.hash(clientKey), credential.storedKey()) && fits;
    Identity identity = state.identity();
    if (identity == null) {
      return refused(state.claimedName(), "there is no such user for " + hash.mechanism());
    }
    if (!right) {
      return refused(state.claimedName(), "wrong password");
    }
    String signature =
        Base64.getEncoder().encodeToString(hash.hmac(credential.serverKey(), signed));
    return new Done(("v=" + signature).getBytes(StandardCharsets.UTF_8), identity);
  }

  /** What the client is told is Kafka's text, whatever is wrong. */
  private Step refused(@Nullable String claimedName, String why) {
    return new Failed(
        claimedName,
        "Authentication failed during authentication due to invalid credentials with SASL"
            + " mechanism "
            + hash.mechanism(),
        "Authentication failed: " + why);
  }
}
