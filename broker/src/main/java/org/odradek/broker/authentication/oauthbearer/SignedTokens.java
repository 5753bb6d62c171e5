package org.odradek.broker.authentication.oauthbearer;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.NumericDate;
import org.jose4j.jwt.consumer.ErrorCodeValidator;
import org.jose4j.jwt.consumer.ErrorCodes;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.VerificationKeyResolver;
import org.jspecify.annotations.Nullable;

/**
 * Accepts JSON web tokens with a signature by one of the known keys (KIP-768). They must say when
 * they were issued, when they expire, and whose they are.
 *
 * <p>Thread-safety: as the keys.
 */
public final class SignedTokens implements TokenValidator {
  private static final int PARTS = 3;

  private final SignedTokenRules rules;
  private final VerificationKeyResolver keys;
  private final InstantSource clock;

  /**
   * @param keys gives the key of a token's signature, or fails
   */
  public SignedTokens(SignedTokenRules rules, VerificationKeyResolver keys, InstantSource clock) {
    this.rules = rules;
    this.keys = keys;
    this.clock = clock;
  }

  @Override
  public BearerToken validate(String token) throws TokenRefusedException {
    if (token.split("\\.", -1).length != PARTS) {
      throw new TokenRefusedException("the token does not have the three parts of a signed one");
    }
    JwtConsumerBuilder consumer =
        new JwtConsumerBuilder()
            .setJwsAlgorithmConstraints(AlgorithmConstraints.DISALLOW_NONE)
            .setRequireExpirationTime()
            .setRequireIssuedAt()
            .setAllowedClockSkewInSeconds(rules.clockSkewSeconds())
            .setEvaluationTime(NumericDate.fromMilliseconds(clock.millis()))
            .setVerificationKeyResolver(keys);
    if (!rules.audiences().isEmpty()) {
      consumer.setExpectedAudience(rules.audiences().toArray(String[]::new));
    }
    if (rules.issuer() != null) {
      consumer.setExpectedIssuer(rules.issuer());
    }
    try {
      return accepted(consumer.build().processToClaims(token));
    } catch (InvalidJwtException e) {
      throw new TokenRefusedException(reason(e));
    } catch (MalformedClaimException e) {
      throw new TokenRefusedException("a claim of the token is of the wrong type");
    }
  }

  private BearerToken accepted(JwtClaims claims)
      throws MalformedClaimException, TokenRefusedException {
    String principal = claims.getStringClaimValue(rules.subjectClaim());
    if (principal == null || principal.isBlank()) {
      throw new TokenRefusedException(
          "the token has no claim " + rules.subjectClaim() + ", which names the principal");
    }
    checkScope(claims.getClaimValue(rules.scopeClaim()));
    return new BearerToken(principal.trim(), claims.getExpirationTime().getValueInMillis());
  }

  /** Kafka wants the names in it to be told apart, and uses them for nothing else. */
  private void checkScope(@Nullable Object scope) throws TokenRefusedException {
    if (scope instanceof Collection<?> names) {
      List<String> seen = new ArrayList<>();
      for (Object name : names) {
        String text = name == null ? "" : name.toString().trim();
        if (text.isEmpty() || seen.contains(text)) {
          throw new TokenRefusedException(
              "the claim " + rules.scopeClaim() + " has an empty or a doubled name");
        }
        seen.add(text);
      }
    } else if (scope != null && !(scope instanceof String)) {
      throw new TokenRefusedException("the claim " + rules.scopeClaim() + " is no list of names");
    }
  }

  /** The library's own message would put the whole token into the log. */
  private static String reason(InvalidJwtException failure) {
    List<String> reasons = new ArrayList<>();
    for (ErrorCodeValidator.Error error : failure.getErrorDetails()) {
      reasons.add(reason(error));
    }
    return reasons.isEmpty() ? "the token is malformed" : String.join("; ", reasons);
  }

  private static String reason(ErrorCodeValidator.Error error) {
    return switch (error.getErrorCode()) {
      case ErrorCodes.EXPIRED -> "the token has expired";
      case ErrorCodes.EXPIRATION_MISSING -> "the token does not say when it expires (exp)";
      case ErrorCodes.ISSUED_AT_MISSING -> "the token does not say when it was issued (iat)";
      case ErrorCodes.NOT_YET_VALID -> "the token is not valid yet (nbf)";
      case ErrorCodes.AUDIENCE_MISSING -> "the token has no audience (aud)";
      case ErrorCodes.AUDIENCE_INVALID ->
          "the token's audience (aud) is not one of sasl.oauthbearer.expected.audience";
      case ErrorCodes.ISSUER_MISSING -> "the token has no issuer (iss)";
      case ErrorCodes.ISSUER_INVALID ->
          "the token's issuer (iss) is not sasl.oauthbearer.expected.issuer";
      case ErrorCodes.SIGNATURE_INVALID -> "the token's signature is wrong";
      case ErrorCodes.SIGNATURE_MISSING -> "the token is not signed";
      case ErrorCodes.JSON_INVALID -> "the token is no JSON";
      case ErrorCodes.MALFORMED_CLAIM -> "a claim of the token is of the wrong type";
      default -> "the token cannot be checked: it is malformed, or its key is not known";
    };
  }
}
