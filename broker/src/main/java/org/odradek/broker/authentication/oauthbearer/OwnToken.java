package org.odradek.broker.authentication.oauthbearer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.authentication.SaslLoginException;

/**
 * The token that this broker shows to others, as last fetched.
 *
 * <p>Thread-safety: any thread; {@link #fetch} blocks, and runs once at a time.
 */
public final class OwnToken {

  /**
   * When to fetch the next one, as {@code sasl.login.refresh.*}.
   *
   * @param windowFactor share of a token's life
   * @param bufferMs at the latest so long before its end
   * @param minPeriodMs at the earliest so long after the last one
   */
  public record RefreshRules(double windowFactor, long bufferMs, long minPeriodMs) {
    long nextInMs(long lifeMs) {
      long wanted = Math.min((long) (lifeMs * windowFactor), lifeMs - bufferMs);
      return Math.max(wanted, Math.min(minPeriodMs, Math.max(1, (long) (lifeMs * windowFactor))));
    }
  }

  private final String place;
  private final JsonWebKeys.TextSource source;
  private final RefreshRules rules;
  private final InstantSource clock;
  private volatile @Nullable String token;

  /**
   * @param place for messages
   * @param source gives a token
   */
  public OwnToken(
      String place, JsonWebKeys.TextSource source, RefreshRules rules, InstantSource clock) {
    this.place = place;
    this.source = source;
    this.rules = rules;
    this.clock = clock;
  }

  /**
   * Gets a new token; if that fails, the old one stays.
   *
   * @return in how many ms to get the next
   */
  public synchronized long fetch() throws IOException {
    String fetched;
    try {
      fetched = source.read().trim();
    } catch (IOException e) {
      throw new IOException(
          "The token for other brokers cannot be fetched from " + place + ": " + e, e);
    }
    long lifeMs = expiresAtMs(fetched) - clock.millis();
    if (lifeMs <= 0) {
      throw new IOException("The token for other brokers, from " + place + ", has expired");
    }
    token = fetched;
    return rules.nextInMs(lifeMs);
  }

  private long expiresAtMs(String fetched) throws IOException {
    String[] parts = fetched.split("\\.", -1);
    try {
      if (parts.length == 3) {
        byte[] claims = Base64.getUrlDecoder().decode(parts[1]);
        Object expiry = JsonUtil.parseJson(new String(claims, StandardCharsets.UTF_8)).get("exp");
        if (expiry instanceof Number seconds) {
          return Math.round(seconds.doubleValue() * 1_000);
        }
      }
    } catch (IllegalArgumentException | JoseException e) {
      throw new IOException("What " + place + " gives is no JSON web token", e);
    }
    throw new IOException("What " + place + " gives is no JSON web token with an expiry (exp)");
  }

  /**
   * @throws SaslLoginException if there is none yet
   */
  String current() {
    String current = token;
    if (current == null) {
      throw new SaslLoginException("There is no token for other brokers yet, from " + place);
    }
    return current;
  }
}
