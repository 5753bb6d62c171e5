package org.odradek.broker.authentication;

import java.util.Objects;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.LoginSession;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.SaslAuthenticateRequest;
import org.odradek.protocol.message.SaslAuthenticateResponse;

/**
 * Carries the tokens of a login (KIP-152), and tells clients from version 1 on how long it lasts
 * (KIP-368).
 */
public final class SaslAuthenticateHandler
    implements ApiHandler<SaslAuthenticateRequest, SaslAuthenticateResponse> {

  @Override
  public ApiKey apiKey() {
    return ApiKey.SASL_AUTHENTICATE;
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
  public SaslAuthenticateRequest read(MessageReader in, short version) {
    return SaslAuthenticateRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      SaslAuthenticateRequest request,
      Responder<SaslAuthenticateResponse> responder) {
    LoginSession login = context.session().login();
    if (login == null) {
      responder.complete(
          new SaslAuthenticateResponse()
              .errorCode(ErrorCode.ILLEGAL_SASL_STATE.code())
              .errorMessage("This listener has no SASL"));
      return;
    }
    login.authenticate(
        bytes(request),
        answer ->
            responder.complete(
                new SaslAuthenticateResponse()
                    .errorCode(answer.error().code())
                    // without an error it is empty, not null, as Kafka's is
                    .errorMessage(Objects.requireNonNullElse(answer.message(), ""))
                    .authBytes(java.nio.ByteBuffer.wrap(answer.token()))
                    .sessionLifetimeMs(answer.lifetimeMs())));
  }

  private static byte[] bytes(SaslAuthenticateRequest request) {
    byte[] token = new byte[request.authBytes().remaining()];
    request.authBytes().duplicate().get(token);
    return token;
  }

  @Override
  public SaslAuthenticateResponse error(
      SaslAuthenticateRequest request, short version, Throwable cause) {
    return new SaslAuthenticateResponse()
        .errorCode(ApiException.codeOf(cause).code())
        .errorMessage(cause instanceof ApiException ? cause.getMessage() : null);
  }
}
