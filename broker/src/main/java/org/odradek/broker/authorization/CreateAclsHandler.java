package org.odradek.broker.authorization;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AccessControlEntry;
import org.odradek.protocol.acl.AclBinding;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.AclPermission;
import org.odradek.protocol.acl.PatternType;
import org.odradek.protocol.acl.ResourcePattern;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.CreateAclsRequest;
import org.odradek.protocol.message.CreateAclsRequest.AclCreation;
import org.odradek.protocol.message.CreateAclsResponse;
import org.odradek.protocol.message.CreateAclsResponse.AclCreationResult;

/** Makes rules. Those of one resource pattern are written at once; each has its own result. */
public final class CreateAclsHandler implements ApiHandler<CreateAclsRequest, CreateAclsResponse> {
  private final @Nullable AclAdmin acls;

  /** {@code acls} is null where there is no authorizer. */
  CreateAclsHandler(@Nullable AclAdmin acls) {
    this.acls = acls;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.CREATE_ACLS;
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
    return AclOperation.ALTER;
  }

  @Override
  public CreateAclsRequest read(MessageReader in, short version) {
    return CreateAclsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, CreateAclsRequest request, Responder<CreateAclsResponse> out) {
    AclAdmin admin = acls;
    if (admin == null) {
      throw AclErrors.noAuthorizer();
    }
    AclErrors[] results = new AclErrors[request.creations().size()];
    Map<ResourcePattern, List<AccessControlEntry>> wanted = new LinkedHashMap<>();
    Map<ResourcePattern, List<Integer>> indexes = new LinkedHashMap<>();
    for (int i = 0; i < results.length; i++) {
      try {
        AclBinding binding = binding(request.creations().get(i), context.version());
        wanted.computeIfAbsent(binding.pattern(), p -> new ArrayList<>()).add(binding.entry());
        indexes.computeIfAbsent(binding.pattern(), p -> new ArrayList<>()).add(i);
        results[i] = AclErrors.NONE;
      } catch (IllegalArgumentException e) {
        results[i] = AclErrors.invalid(String.valueOf(e.getMessage()));
      }
    }
    List<CompletableFuture<Void>> open = new ArrayList<>();
    wanted.forEach((pattern, entries) ->
        open.add(
            admin
                .add(pattern, entries)
                .exceptionally(failure -> {
                  AclErrors error = AclErrors.of(failure);
                  indexes.getOrDefault(pattern, List.of()).forEach(i -> results[i] = error);
                  return null;
                })));
    CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
        .thenRun(() -> out.complete(response(results)));
  }

  private static AclBinding binding(AclCreation creation, short version) {
    ResourceType type =
        AclFilter.known(
            ResourceType.ofCode(creation.resourceType()), "resource type", creation.resourceType());
    byte patternCode = AclErrors.patternTypeOf(version, creation.resourcePatternType());
    PatternType patternType =
        AclFilter.known(PatternType.ofCode(patternCode), "pattern type", patternCode);
    AclOperation operation =
        AclFilter.known(
            AclOperation.ofCode(creation.operation()), "operation", creation.operation());
    AclPermission permission =
        AclFilter.known(
            AclPermission.ofCode(creation.permissionType()),
            "permission",
            creation.permissionType());
    ResourcePattern pattern = new ResourcePattern(type, creation.resourceName(), patternType);
    checkName(pattern);
    if (PrincipalNames.parse(creation.principal()) == null) {
      throw new IllegalArgumentException(
          "'" + creation.principal() + "' is not a principal; write type:name, as in User:alice.");
    }
    return new AclBinding(
        pattern,
        new AccessControlEntry(creation.principal(), creation.host(), operation, permission));
  }

  /** A name becomes that of a znode, so what cannot be one is refused and not lost. */
  private static void checkName(ResourcePattern pattern) {
    String name = pattern.name();
    if (name.isEmpty()) {
      throw new IllegalArgumentException("Invalid empty resource name");
    }
    if (pattern.type() == ResourceType.CLUSTER && !name.equals(ResourceType.CLUSTER_NAME)) {
      throw new IllegalArgumentException(
          "The only valid name for the CLUSTER resource is " + ResourceType.CLUSTER_NAME);
    }
    if (name.equals(".")
        || name.equals("..")
        || name.indexOf('/') >= 0
        || name.chars().anyMatch(CreateAclsHandler::isNotOfPaths)) {
      throw new IllegalArgumentException(
          "The name '"
              + name
              + "' cannot be that of a node in ZooKeeper, where rules are kept: no slash, no"
              + " control characters, not . or .. alone. A prefix of it, or *, can.");
    }
  }

  /** As ZooKeeper's client, which refuses surrogates, the private use area and specials. */
  private static boolean isNotOfPaths(int c) {
    return Character.isISOControl(c) || (c >= 0xd800 && c <= 0xf8ff) || c >= 0xfff0;
  }

  private static CreateAclsResponse response(AclErrors[] results) {
    List<AclCreationResult> told = new ArrayList<>();
    for (AclErrors result : results) {
      told.add(
          new AclCreationResult().errorCode(result.code().code()).errorMessage(result.message()));
    }
    return new CreateAclsResponse().results(told);
  }

  @Override
  public CreateAclsResponse error(CreateAclsRequest request, short version, Throwable cause) {
    AclErrors[] results = new AclErrors[request.creations().size()];
    Arrays.fill(results, AclErrors.of(cause));
    return response(results);
  }
}
