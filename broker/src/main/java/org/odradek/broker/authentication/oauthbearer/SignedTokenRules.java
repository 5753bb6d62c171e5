package org.odradek.broker.authentication.oauthbearer;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a signed token has to say.
 *
 * @param audiences one of them has to be in the claim {@code aud}; empty where no token with that
 *     claim is for this broker
 * @param issuer the claim {@code iss}; null for any
 * @param clockSkewSeconds by how much clocks may differ
 * @param scopeClaim the name of the claim that lists rights; it is only checked for its form
 * @param subjectClaim the name of the claim that becomes the principal
 */
public record SignedTokenRules(
    List<String> audiences,
    @Nullable String issuer,
    int clockSkewSeconds,
    String scopeClaim,
    String subjectClaim) {

  public SignedTokenRules {
    audiences = List.copyOf(audiences);
  }
}
