package org.odradek.broker.delegation;

import java.util.Base64;
import org.odradek.controller.znode.DelegationTokenInfo;

/**
 * A token with the secret that its holder shows. {@link #toString} does not show it.
 *
 * @param hmac of the token's id, by the secret key of the cluster
 * @param credentials made of the secret
 */
@SuppressWarnings("ArrayRecordComponent") // never changed once it is made
record DelegationToken(DelegationTokenInfo info, byte[] hmac, TokenCredentials credentials) {

  DelegationToken(DelegationTokenInfo info, byte[] hmac) {
    this(info, hmac, new TokenCredentials());
  }

  /** With other times; id and secret are the same. */
  DelegationToken with(DelegationTokenInfo changed) {
    return new DelegationToken(changed, hmac, credentials);
  }

  /** The password that goes with the id as a user name, when a client logs in by SCRAM. */
  String password() {
    return Base64.getEncoder().encodeToString(hmac);
  }

  @Override
  public String toString() {
    return "delegation token " + info.tokenId() + " of " + info.owner();
  }
}
