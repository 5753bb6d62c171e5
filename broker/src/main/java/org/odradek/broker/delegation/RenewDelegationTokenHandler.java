package org.odradek.broker.delegation;

import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.RenewDelegationTokenRequest;
import org.odradek.protocol.message.RenewDelegationTokenResponse;

/** Moves the expiry of a delegation token, for its owner or one of its renewers. */
public final class RenewDelegationTokenHandler
    implements ApiHandler<RenewDelegationTokenRequest, RenewDelegationTokenResponse> {
  private final @Nullable DelegationTokens tokens;

  /**
   * @param tokens null where no secret key is configured
   */
  public RenewDelegationTokenHandler(@Nullable DelegationTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.RENEW_DELEGATION_TOKEN;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 2;
  }

  @Override
  public RenewDelegationTokenRequest read(MessageReader in, short version) {
    return RenewDelegationTokenRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      RenewDelegationTokenRequest request,
      Responder<RenewDelegationTokenResponse> out) {
    TokenRequests.moveExpiry(
        context,
        tokens,
        known ->
            known.renew(
                context.principal(), TokenRequests.bytes(request.hmac()), request.renewPeriodMs()),
        (code, expiryTimestampMs) -> out.complete(response(code, expiryTimestampMs)));
  }

  private static RenewDelegationTokenResponse response(ErrorCode code, long expiryTimestampMs) {
    return new RenewDelegationTokenResponse()
        .errorCode(code.code())
        .expiryTimestampMs(expiryTimestampMs);
  }

  @Override
  public RenewDelegationTokenResponse error(
      RenewDelegationTokenRequest request, short version, Throwable cause) {
    return response(ApiException.codeOf(cause), TokenRequests.NO_TIMESTAMP);
  }
}
