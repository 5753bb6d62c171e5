package org.odradek.broker.delegation;

import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.ExpireDelegationTokenRequest;
import org.odradek.protocol.message.ExpireDelegationTokenResponse;

/** Lets a delegation token expire, at once or later, for its owner or a renewer. */
public final class ExpireDelegationTokenHandler
    implements ApiHandler<ExpireDelegationTokenRequest, ExpireDelegationTokenResponse> {
  private final @Nullable DelegationTokens tokens;

  /**
   * @param tokens null where no secret key is configured
   */
  public ExpireDelegationTokenHandler(@Nullable DelegationTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.EXPIRE_DELEGATION_TOKEN;
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
  public ExpireDelegationTokenRequest read(MessageReader in, short version) {
    return ExpireDelegationTokenRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      ExpireDelegationTokenRequest request,
      Responder<ExpireDelegationTokenResponse> out) {
    ErrorCode refusal = TokenRequests.refusal(context, tokens);
    if (refusal != ErrorCode.NONE || tokens == null) {
      out.complete(failed(refusal));
      return;
    }
    tokens
        .expire(
            context.principal(), TokenRequests.bytes(request.hmac()), request.expiryTimePeriodMs())
        .whenComplete((@Nullable Long expiryTimestampMs, @Nullable Throwable failure) ->
            out.complete(
                expiryTimestampMs != null
                    ? new ExpireDelegationTokenResponse().expiryTimestampMs(expiryTimestampMs)
                    : failed(
                        failure == null
                            ? ErrorCode.UNKNOWN_SERVER_ERROR
                            : ApiException.codeOf(failure))));
  }

  private static ExpireDelegationTokenResponse failed(ErrorCode code) {
    return new ExpireDelegationTokenResponse()
        .errorCode(code.code())
        .expiryTimestampMs(TokenRequests.NO_TIMESTAMP);
  }

  @Override
  public ExpireDelegationTokenResponse error(
      ExpireDelegationTokenRequest request, short version, Throwable cause) {
    return failed(ApiException.codeOf(cause));
  }
}
