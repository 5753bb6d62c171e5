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
    TokenRequests.moveExpiry(
        context,
        tokens,
        known ->
            known.expire(
                context.principal(),
                TokenRequests.bytes(request.hmac()),
                request.expiryTimePeriodMs()),
        (code, expiryTimestampMs) -> out.complete(response(code, expiryTimestampMs)));
  }

  private static ExpireDelegationTokenResponse response(ErrorCode code, long expiryTimestampMs) {
    return new ExpireDelegationTokenResponse()
        .errorCode(code.code())
        .expiryTimestampMs(expiryTimestampMs);
  }

  @Override
  public ExpireDelegationTokenResponse error(
      ExpireDelegationTokenRequest request, short version, Throwable cause) {
    return response(ApiException.codeOf(cause), TokenRequests.NO_TIMESTAMP);
  }
}
