package org.odradek.broker.authentication;

import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.LoginSession;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.message.SaslHandshakeRequest;
import org.odradek.protocol.message.SaslHandshakeResponse;

/**
 * Lets a client choose how to log in. Where there is no SASL, or the client has logged in and need
 * not do it again, it is told ILLEGAL_SASL_STATE.
 */
public final class SaslHandshakeHandler
    implements ApiHandler<SaslHandshakeRequest, SaslHandshakeResponse> {

  @Override
  public ApiKey apiKey() {
    return ApiKey.SASL_HANDSHAKE;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 1;
  }

  @Override
  public SaslHandshakeRequest read(MessageReader in, short version) {
    return SaslHandshakeRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      SaslHandshakeRequest request,
      Responder<SaslHandshakeResponse> responder) {
    LoginSession login = context.session().login();
    if (login == null) {
      responder.complete(answer(ErrorCode.ILLEGAL_SASL_STATE));
      return;
    }
    LoginSession.HandshakeAnswer answer =
        login.handshake(request.mechanism(), context.version() >= 1);
    responder.complete(answer(answer.error()).mechanisms(answer.mechanisms()));
  }

  @Override
  public SaslHandshakeResponse error(SaslHandshakeRequest request, short version, Throwable cause) {
    return answer(ApiException.codeOf(cause));
  }

  private static SaslHandshakeResponse answer(ErrorCode error) {
    return new SaslHandshakeResponse().errorCode(error.code());
  }
}
