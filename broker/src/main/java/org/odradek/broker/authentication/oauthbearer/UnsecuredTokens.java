package org.odradek.broker.authentication.oauthbearer;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jose4j.json.JsonUtil;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;

/**
 * Accepts JSON web tokens without a signature, which anybody can make: for trying things out, and
 * only where that is asked for. The options are Kafka's, of its login module.
 *
 * <p>Thread-safety: immutable.
 */
public final class UnsecuredTokens implements TokenValidator {
  /** What the options of such a validator begin with. */
  public static final String OPTION_PREFIX = "unsecuredValidator";

  private static final long MS = 1_000;

  private final String principalClaim;
  private final String scopeClaim;
  private final List<String> requiredScope;
  private final long clockSkewMs;
  private final InstantSource clock;

  private UnsecuredTokens(Map<String, String> options, InstantSource clock) {
    this.principalClaim = option(options, "PrincipalClaimName", "sub");
    this.scopeClaim = option(options, "ScopeClaimName", "scope");
    this.requiredScope = names(option(options, "RequiredScope", ""));
    this.clockSkewMs = Long.parseLong(option(options, "AllowableClockSkewMs", "0"));
    this.clock = clock;
  }

  /**
   * @param options of the login module
   * @throws IllegalArgumentException for an option that makes no sense
   */
  public static UnsecuredTokens of(Map<String, String> options, InstantSource clock) {
    return new UnsecuredTokens(options, clock);
  }

  private static String option(Map<String, String> options, String name, String ifMissing) {
    String value = options.get(OPTION_PREFIX + name);
    return value == null || value.isBlank() ? ifMissing : value.trim();
  }

  private static List<String> names(String text) {
    return text.isBlank() ? List.of() : List.of(text.trim().split("\\s+", -1));
  }

  @Override
  public BearerToken validate(String token) throws TokenRefusedException {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3 || !parts[2].isEmpty()) {
      throw new TokenRefusedException("the token is not an unsigned one");
    }
    if (!"none".equals(json(parts[0]).get("alg"))) {
      throw new TokenRefusedException("the token is not an unsigned one: alg is not none");
    }
    Map<String, Object> claims = json(parts[1]);
    if (!(claims.get(principalClaim) instanceof String principal) || principal.isBlank()) {
      throw new TokenRefusedException("the token has no claim " + principalClaim);
    }
    long now = clock.millis();
    Long expiresAtMs = timestampMs(claims, "exp");
    if (expiresAtMs == null) {
      throw new TokenRefusedException("the token does not say when it expires (exp)");
    }
    if (now - clockSkewMs >= expiresAtMs) {
      throw new TokenRefusedException("the token has expired");
    }
    Long issuedAtMs = timestampMs(claims, "iat");
    if (issuedAtMs != null && (issuedAtMs > now + clockSkewMs || issuedAtMs >= expiresAtMs)) {
      throw new TokenRefusedException("the token was issued (iat) in the future, or expired");
    }
    if (!scope(claims.get(scopeClaim)).containsAll(requiredScope)) {
      throw new TokenRefusedException(
          TokenRefusedException.INSUFFICIENT_SCOPE,
          "the token's claim " + scopeClaim + " does not have all of " + requiredScope);
    }
    return new BearerToken(principal, expiresAtMs);
  }

  private static Map<String, Object> json(String part) throws TokenRefusedException {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(part);
      return JsonUtil.parseJson(new String(bytes, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException | JoseException e) {
      throw new TokenRefusedException("the token is no base64 of JSON");
    }
  }

  private static @Nullable Long timestampMs(Map<String, Object> claims, String name)
      throws TokenRefusedException {
    Object value = claims.get(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof Number seconds)) {
      throw new TokenRefusedException("the claim " + name + " is no number");
    }
    return Math.round(seconds.doubleValue() * MS);
  }

  private static Collection<String> scope(@Nullable Object claim) {
    if (claim instanceof Collection<?> list) {
      List<String> names = new ArrayList<>();
      list.forEach(name -> names.add(String.valueOf(name)));
      return names;
    }
    return claim == null ? List.of() : names(String.valueOf(claim));
  }

  /**
   * Makes such tokens, with the claims that Kafka's login module is given as options.
   *
   * @param principal who this broker is to others
   * @throws NumberFormatException for a life time that is no number
   */
  public static JsonWebKeys.TextSource source(
      String principal, Map<String, String> options, InstantSource clock) {
    long lifetimeSeconds =
        Long.parseLong(options.getOrDefault("unsecuredLoginLifetimeSeconds", "3600"));
    return () -> make(principal, lifetimeSeconds, clock);
  }

  static String make(String principal, long lifetimeSeconds, InstantSource clock) {
    long nowSeconds = clock.millis() / MS;
    Map<String, Object> claims = new LinkedHashMap<>();
    claims.put("iat", nowSeconds);
    claims.put("exp", nowSeconds + lifetimeSeconds);
    claims.put("sub", principal);
    return encode(Map.of("alg", "none")) + "." + encode(claims) + ".";
  }

  private static String encode(Map<String, ?> json) {
    byte[] bytes =
        JsonUtil.toJson(new LinkedHashMap<String, Object>(json)).getBytes(StandardCharsets.UTF_8);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
