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
    ErrorCode refusal = TokenRequests.refusal(context, tokens);
    if (refusal != ErrorCode.NONE || tokens == null) {
      out.complete(failed(refusal));
      return;
    }
    tokens
        .renew(context.principal(), TokenRequests.bytes(request.hmac()), request.renewPeriodMs())
        .whenComplete((@Nullable Long expiryTimestampMs, @Nullable Throwable failure) ->
            out.complete(
                expiryTimestampMs != null
                    ? new RenewDelegationTokenResponse().expiryTimestampMs(expiryTimestampMs)
                    : failed(
                        failure == null
                            ? ErrorCode.UNKNOWN_SERVER_ERROR
                            : ApiException.codeOf(failure))));
  }

  private static RenewDelegationTokenResponse failed(ErrorCode code) {
    return new RenewDelegationTokenResponse()
        .errorCode(code.code())
        .expiryTimestampMs(TokenRequests.NO_TIMESTAMP);
  }

  @Override
  public RenewDelegationTokenResponse error(
      RenewDelegationTokenRequest request, short version, Throwable cause) {
    return failed(ApiException.codeOf(cause));
  }
}
