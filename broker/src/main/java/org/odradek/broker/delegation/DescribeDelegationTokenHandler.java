package org.odradek.broker.delegation;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
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
import org.odradek.protocol.message.DescribeDelegationTokenRequest;
import org.odradek.protocol.message.DescribeDelegationTokenRequest.DescribeDelegationTokenOwner;
import org.odradek.protocol.message.DescribeDelegationTokenResponse;
import org.odradek.protocol.message.DescribeDelegationTokenResponse.DescribedDelegationToken;
import org.odradek.protocol.message.DescribeDelegationTokenResponse.DescribedDelegationTokenRenewer;

/**
 * Lists delegation tokens: those of who asks, and of others with the right DESCRIBE on the token,
 * or DESCRIBE_TOKENS on its owner.
 */
public final class DescribeDelegationTokenHandler
    implements ApiHandler<DescribeDelegationTokenRequest, DescribeDelegationTokenResponse> {
  private final @Nullable DelegationTokens tokens;

  /**
   * @param tokens null where no secret key is configured
   */
  public DescribeDelegationTokenHandler(@Nullable DelegationTokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.DESCRIBE_DELEGATION_TOKEN;
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
  public DescribeDelegationTokenRequest read(MessageReader in, short version) {
    return DescribeDelegationTokenRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      DescribeDelegationTokenRequest request,
      Responder<DescribeDelegationTokenResponse> out) {
    ErrorCode refusal = TokenRequests.refusal(context, tokens);
    if (refusal != ErrorCode.NONE || tokens == null) {
      out.complete(new DescribeDelegationTokenResponse().errorCode(refusal.code()));
      return;
    }
    Set<String> owners = owners(request.owners());
    out.complete(
        new DescribeDelegationTokenResponse()
            .tokens(
                tokens.matching(info -> isWanted(info, owners) && isVisible(context, info)).stream()
                    .map(token -> described(token, context.version()))
                    .toList()));
  }

  /** Null for those of everybody. */
  private static @Nullable Set<String> owners(@Nullable List<DescribeDelegationTokenOwner> owners) {
    return owners == null
        ? null
        : owners.stream()
            .map(owner -> new Principal(owner.principalType(), owner.principalName()).toString())
            .collect(Collectors.toSet());
  }

  private static boolean isWanted(DelegationTokenInfo info, @Nullable Set<String> owners) {
    return owners == null || owners.stream().anyMatch(info::belongsTo);
  }

  private static boolean isVisible(RequestContext context, DelegationTokenInfo info) {
    return info.belongsTo(context.principal().toString())
        || context
            .access()
            .allows(AclOperation.DESCRIBE, ResourceType.DELEGATION_TOKEN, info.tokenId())
        || context.access().allows(AclOperation.DESCRIBE_TOKENS, ResourceType.USER, info.owner());
  }

  private static DescribedDelegationToken described(DelegationToken token, short version) {
    DelegationTokenInfo info = token.info();
    Principal owner = Principal.parse(info.owner());
    Principal requester =
        version < TokenRequests.REQUESTER_VERSION
            ? new Principal("", "")
            : Principal.parse(info.requester());
    return new DescribedDelegationToken()
        .principalType(owner.type())
        .principalName(owner.name())
        .tokenRequesterPrincipalType(requester.type())
        .tokenRequesterPrincipalName(requester.name())
        .issueTimestamp(info.issueTimestampMs())
        .expiryTimestamp(info.expiryTimestampMs())
        .maxTimestamp(info.maxTimestampMs())
        .tokenId(info.tokenId())
        .hmac(ByteBuffer.wrap(token.hmac()))
        .renewers(
            info.renewers().stream()
                .map(Principal::parse)
                .map(renewer ->
                    new DescribedDelegationTokenRenewer()
                        .principalType(renewer.type())
                        .principalName(renewer.name()))
                .toList());
  }

  @Override
  public DescribeDelegationTokenResponse error(
      DescribeDelegationTokenRequest request, short version, Throwable cause) {
    return new DescribeDelegationTokenResponse().errorCode(ApiException.codeOf(cause).code());
  }
}
