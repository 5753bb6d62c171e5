package org.odradek.broker.delegation;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.odradek.broker.config.Secret;

/**
 * The secret key of a cluster, by which every broker makes a token's HMAC from its id.
 *
 * <p>Thread-safety: any thread.
 */
public final class DelegationTokenSecret {
  private static final String ALGORITHM = "HmacSHA512";

  private final Key key;

  public DelegationTokenSecret(Secret secret) {
    this.key = new SecretKeySpec(secret.text().getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  byte[] hmac(String tokenId) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(tokenId.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(ALGORITHM + " is not there, though every JDK has it", e);
    }
  }
}
