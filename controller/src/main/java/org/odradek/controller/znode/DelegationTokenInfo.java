package org.odradek.controller.znode;

import java.util.List;

/**
 * What is stored of a delegation token (KIP-48); its HMAC is not, as whoever has the secret key
 * makes it from the id. Principals are written {@code User:alice}.
 *
 * @param requester who asked for it, another than the owner since KIP-373
 * @param renewers who may renew it, beside owner and requester
 * @param expiryTimestampMs after which it is not valid, unless it is renewed before
 * @param maxTimestampMs up to which it can be renewed
 */
public record DelegationTokenInfo(
    String tokenId,
    String owner,
    String requester,
    List<String> renewers,
    long issueTimestampMs,
    long expiryTimestampMs,
    long maxTimestampMs) {

  public DelegationTokenInfo {
    renewers = List.copyOf(renewers);
  }

  public DelegationTokenInfo expiringAt(long timestampMs) {
    return new DelegationTokenInfo(
        tokenId, owner, requester, renewers, issueTimestampMs, timestampMs, maxTimestampMs);
  }

  public boolean isExpired(long nowMs) {
    return maxTimestampMs < nowMs || expiryTimestampMs < nowMs;
  }

  /** Whether {@code principal} may see the token. */
  public boolean belongsTo(String principal) {
    return requester.equals(principal) || mayBeChangedBy(principal);
  }

  /**
   * Whether it may renew the token and let it expire; who only asked for it may not, as in Kafka.
   */
  public boolean mayBeChangedBy(String principal) {
    return owner.equals(principal) || renewers.contains(principal);
  }
}
