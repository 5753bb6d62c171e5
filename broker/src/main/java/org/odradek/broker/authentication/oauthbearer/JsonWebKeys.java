package org.odradek.broker.authentication.oauthbearer;

import java.io.IOException;
import java.util.List;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jws.JsonWebSignature;
import org.jose4j.jwx.JsonWebStructure;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jose4j.lang.JoseException;
import org.jose4j.lang.UnresolvableKeyException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys that tokens are signed with (RFC 7517), as last loaded. A token by a key that is not
 * among them is refused, and makes them to be loaded again soon: the issuer may have a new one.
 *
 * <p>Thread-safety: any thread may ask for keys; {@link #load} blocks, and runs once at a time.
 */
public final class JsonWebKeys implements VerificationKeyResolver {
  private static final Logger log = LoggerFactory.getLogger(JsonWebKeys.class);

  private final String place;
  private final TextSource source;
  private volatile List<JsonWebKey> keys = List.of();
  private volatile boolean isKeyMissed;
  private volatile @Nullable String loadedText;

  /** Where a text comes from: a file or an address. */
  @FunctionalInterface
  public interface TextSource {
    String read() throws IOException;
  }

  /**
   * @param place for messages
   */
  public JsonWebKeys(String place, TextSource source) {
    this.place = place;
    this.source = source;
  }

  /**
   * Reads the keys; if that fails, those known before stay.
   *
   * @throws IOException with a message for a person
   */
  public synchronized void load() throws IOException {
    isKeyMissed = false;
    String text;
    try {
      text = source.read();
    } catch (IOException e) {
      throw new IOException(
          "The keys that tokens are signed with cannot be read from " + place + ": " + e, e);
    }
    if (text.equals(loadedText)) {
      return;
    }
    List<JsonWebKey> loaded;
    try {
      loaded = new JsonWebKeySet(text).getJsonWebKeys();
    } catch (JoseException e) {
      throw new IOException(
          place + " holds no JSON web key set ({\"keys\":[...]}), which OAUTHBEARER needs", e);
    }
    if (loaded.isEmpty()) {
      throw new IOException(
          place + " holds no key of a kind that is known: no token could be checked");
    }
    keys = loaded;
    loadedText = text;
    log.info(
        "Keys of OAUTHBEARER tokens, from {}: {}",
        place,
        loaded.stream().map(JsonWebKey::getKeyId).toList());
  }

  /** Whether a token came whose key is not known since the last load. */
  public boolean isKeyMissed() {
    return isKeyMissed;
  }

  @Override
  public java.security.Key resolveKey(JsonWebSignature signature, List<JsonWebStructure> nesting)
      throws UnresolvableKeyException {
    try {
      return new JwksVerificationKeyResolver(keys).resolveKey(signature, nesting);
    } catch (UnresolvableKeyException e) {
      isKeyMissed = true;
      throw e;
    }
  }
}
