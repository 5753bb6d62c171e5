package org.odradek.broker.authorization;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclBinding;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourcePattern;
import org.odradek.protocol.message.DescribeAclsRequest;
import org.odradek.protocol.message.DescribeAclsResponse;
import org.odradek.protocol.message.DescribeAclsResponse.AclDescription;
import org.odradek.protocol.message.DescribeAclsResponse.DescribeAclsResource;

/** Shows the rules that a filter takes. Version 0 knows literal patterns only. */
public final class DescribeAclsHandler
    implements ApiHandler<DescribeAclsRequest, DescribeAclsResponse> {
  private final @Nullable AclAdmin acls;

  /** {@code acls} is null where there is no authorizer. */
  DescribeAclsHandler(@Nullable AclAdmin acls) {
    this.acls = acls;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.DESCRIBE_ACLS;
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
  public AclOperation clusterOperation() {
    return AclOperation.DESCRIBE;
  }

  @Override
  public DescribeAclsRequest read(MessageReader in, short version) {
    return DescribeAclsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, DescribeAclsRequest request, Responder<DescribeAclsResponse> out) {
    if (acls == null) {
      throw AclErrors.noAuthorizer();
    }
    AclFilter filter;
    try {
      filter =
          AclFilter.of(
              request.resourceTypeFilter(),
              request.resourceNameFilter(),
              AclErrors.patternTypeOf(context.version(), request.patternTypeFilter()),
              request.principalFilter(),
              request.hostFilter(),
              request.operation(),
              request.permissionType());
    } catch (IllegalArgumentException e) {
      throw new ApiException(ErrorCode.INVALID_REQUEST, String.valueOf(e.getMessage()));
    }
    out.complete(new DescribeAclsResponse().resources(resources(acls.find(filter))));
  }

  private static List<DescribeAclsResource> resources(List<AclBinding> bindings) {
    Map<ResourcePattern, DescribeAclsResource> resources = new LinkedHashMap<>();
    for (AclBinding binding : bindings) {
      resources
          .computeIfAbsent(
              binding.pattern(),
              pattern ->
                  new DescribeAclsResource()
                      .resourceType(pattern.type().code())
                      .resourceName(pattern.name())
                      .patternType(pattern.patternType().code())
                      .acls(new ArrayList<>()))
          .acls()
          .add(
              new AclDescription()
                  .principal(binding.entry().principal())
                  .host(binding.entry().host())
                  .operation(binding.entry().operation().code())
                  .permissionType(binding.entry().permission().code()));
    }
    return List.copyOf(resources.values());
  }

  @Override
  public DescribeAclsResponse error(DescribeAclsRequest request, short version, Throwable cause) {
    AclErrors error = AclErrors.of(cause);
    return new DescribeAclsResponse().errorCode(error.code().code()).errorMessage(error.message());
  }
}
