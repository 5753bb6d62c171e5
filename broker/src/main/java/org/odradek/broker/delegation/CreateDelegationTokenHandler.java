package org.odradek.broker.delegation;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.RequestContext.Principal;
import org.odradek.broker.api.Responder;
import org.odradek.controller.znode.DelegationTokenInfo;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.CreateDelegationTokenRequest;
import org.odradek.protocol.message.CreateDelegationTokenResponse;

/**
 * Makes a delegation token for who asks (KIP-48), or for another user, which takes the right
 * CREATE_TOKENS on that user (KIP-373, version 3).
 */
public final class CreateDelegationTokenHandler
    implements ApiHandler<CreateDelegationTokenRequest, CreateDelegationTokenResponse> {
  private final @Nullable DelegationTokens tokens;

  /**
   * @param tokens null where no secret key is configured
   */
  public CreateDelegationTokenHandler(@Nullable DelegationTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.CREATE_DELEGATION_TOKEN;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 3;
  }

  @Override
  public CreateDelegationTokenRequest read(MessageReader in, short version) {
    return CreateDelegationTokenRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      CreateDelegationTokenRequest request,
      Responder<CreateDelegationTokenResponse> out) {
    Principal requester = context.principal();
    Principal shown =
        context.version() < TokenRequests.REQUESTER_VERSION ? new Principal("", "") : requester;
    Principal owner = owner(request, requester);
    List<Principal> renewers =
        request.renewers().stream()
            .map(renewer -> new Principal(renewer.principalType(), renewer.principalName()))
            .toList();
    ErrorCode refusal = refusal(context, owner, renewers);
    DelegationTokens enabled = tokens;
    if (refusal != ErrorCode.NONE || enabled == null) {
      out.complete(
          answer(owner, shown)
              .errorCode(
                  (refusal == ErrorCode.NONE ? ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED : refusal)
                      .code()));
      return;
    }
    enabled
        .create(owner, requester, renewers, request.maxLifetimeMs())
        .whenComplete((@Nullable DelegationToken token, @Nullable Throwable failure) ->
            out.complete(
                token != null
                    ? filled(answer(owner, shown), token)
                    : answer(owner, shown)
                        .errorCode(
                            (failure == null
                                    ? ErrorCode.UNKNOWN_SERVER_ERROR
                                    : ApiException.codeOf(failure))
                                .code())));
  }

  private static Principal owner(CreateDelegationTokenRequest request, Principal requester) {
    String name = request.ownerPrincipalName();
    String type = request.ownerPrincipalType();
    return name == null || name.isEmpty()
        ? requester
        : new Principal(type == null ? Principal.USER : type, name);
  }

  private static ErrorCode refusal(
      RequestContext context, Principal owner, List<Principal> renewers) {
    if (!TokenRequests.areAllowed(context)) {
      return ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED;
    }
    if (!owner.equals(context.principal())
        && !context
            .access()
            .allows(AclOperation.CREATE_TOKENS, ResourceType.USER, owner.toString())) {
      return ErrorCode.DELEGATION_TOKEN_AUTHORIZATION_FAILED;
    }
    return renewers.stream().allMatch(renewer -> renewer.type().equals(Principal.USER))
        ? ErrorCode.NONE
        : ErrorCode.INVALID_PRINCIPAL_TYPE;
  }

  private static CreateDelegationTokenResponse answer(Principal owner, Principal requester) {
    return new CreateDelegationTokenResponse()
        .principalType(owner.type())
        .principalName(owner.name())
        .tokenRequesterPrincipalType(requester.type())
        .tokenRequesterPrincipalName(requester.name())
        .issueTimestampMs(TokenRequests.NO_TIMESTAMP)
        .expiryTimestampMs(TokenRequests.NO_TIMESTAMP)
        .maxTimestampMs(TokenRequests.NO_TIMESTAMP);
  }

  private static CreateDelegationTokenResponse filled(
      CreateDelegationTokenResponse answer, DelegationToken token) {
    DelegationTokenInfo info = token.info();
    return answer
        .issueTimestampMs(info.issueTimestampMs())
        .expiryTimestampMs(info.expiryTimestampMs())
        .maxTimestampMs(info.maxTimestampMs())
        .tokenId(info.tokenId())
        .hmac(ByteBuffer.wrap(token.hmac()));
  }

  @Override
  public CreateDelegationTokenResponse error(
      CreateDelegationTokenRequest request, short version, Throwable cause) {
    Principal nobody = new Principal("", "");
    return answer(nobody, nobody).errorCode(ApiException.codeOf(cause).code());
  }
}
