package org.odradek.broker.authorization;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AccessControlEntry;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourcePattern;
import org.odradek.protocol.message.DeleteAclsRequest;
import org.odradek.protocol.message.DeleteAclsRequest.DeleteAclsFilter;
import org.odradek.protocol.message.DeleteAclsResponse;
import org.odradek.protocol.message.DeleteAclsResponse.DeleteAclsFilterResult;
import org.odradek.protocol.message.DeleteAclsResponse.DeleteAclsMatchingAcl;

/** Removes the rules that filters take, and tells which those were. */
public final class DeleteAclsHandler implements ApiHandler<DeleteAclsRequest, DeleteAclsResponse> {
  private final @Nullable AclAdmin acls;

  /** {@code acls} is null where there is no authorizer. */
  DeleteAclsHandler(@Nullable AclAdmin acls) {
    this.acls = acls;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.DELETE_ACLS;
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
  public DeleteAclsRequest read(MessageReader in, short version) {
    return DeleteAclsRequest.read(in, version);
  }

  /** One of the filters of a request: what it is, or why it is none, and what it led to. */
  private static final class Asked {
    final @Nullable AclFilter filter;
    final AclErrors error;
    final List<DeleteAclsMatchingAcl> matching = Collections.synchronizedList(new ArrayList<>());

    Asked(@Nullable AclFilter filter, AclErrors error) {
      this.filter = filter;
      this.error = error;
    }

    static Asked of(DeleteAclsFilter filter, short version) {
      try {
        return new Asked(
            AclFilter.of(
                filter.resourceTypeFilter(),
                filter.resourceNameFilter(),
                AclErrors.patternTypeOf(version, filter.patternTypeFilter()),
                filter.principalFilter(),
                filter.hostFilter(),
                filter.operation(),
                filter.permissionType()),
            AclErrors.NONE);
      } catch (IllegalArgumentException e) {
        return new Asked(null, AclErrors.invalid(String.valueOf(e.getMessage())));
      }
    }

    boolean takes(ResourcePattern pattern) {
      return filter != null && filter.takes(pattern);
    }

    boolean takes(AccessControlEntry entry) {
      return filter != null && filter.takes(entry);
    }
  }

  @Override
  public void handle(
      RequestContext context, DeleteAclsRequest request, Responder<DeleteAclsResponse> out) {
    AclAdmin admin = acls;
    if (admin == null) {
      throw AclErrors.noAuthorizer();
    }
    List<Asked> asked =
        request.filters().stream().map(each -> Asked.of(each, context.version())).toList();
    Set<ResourcePattern> patterns = ConcurrentHashMap.newKeySet();
    for (Asked each : asked) {
      if (each.filter != null) {
        patterns.addAll(admin.patterns(each.filter));
      }
    }
    List<CompletableFuture<Void>> open = new ArrayList<>();
    for (ResourcePattern pattern : patterns) {
      open.add(remove(admin, pattern, asked.stream().filter(a -> a.takes(pattern)).toList()));
    }
    CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
        .thenRun(() ->
            out.complete(
                new DeleteAclsResponse()
                    .filterResults(asked.stream().map(DeleteAclsHandler::result).toList())));
  }

  /** Removes what any of the filters takes; each of them is told all that it took. */
  private static CompletableFuture<Void> remove(
      AclAdmin admin, ResourcePattern pattern, List<Asked> asked) {
    return admin
        .remove(pattern, entry -> asked.stream().anyMatch(each -> each.takes(entry)))
        .handle((removed, failure) -> {
          if (failure != null) {
            tellFailure(admin, pattern, asked, AclErrors.of(failure));
          } else {
            tell(pattern, removed, asked, AclErrors.NONE);
          }
          return null;
        });
  }

  private static void tellFailure(
      AclAdmin admin, ResourcePattern pattern, List<Asked> asked, AclErrors error) {
    tell(pattern, admin.entries(pattern), asked, error);
  }

  private static void tell(
      ResourcePattern pattern,
      Set<AccessControlEntry> entries,
      List<Asked> asked,
      AclErrors error) {
    for (AccessControlEntry entry : entries) {
      for (Asked each : asked) {
        if (each.takes(entry)) {
          each.matching.add(matching(pattern, entry, error));
        }
      }
    }
  }

  private static DeleteAclsMatchingAcl matching(
      ResourcePattern pattern, AccessControlEntry entry, AclErrors error) {
    return new DeleteAclsMatchingAcl()
        .errorCode(error.code().code())
        .errorMessage(error.message())
        .resourceType(pattern.type().code())
        .resourceName(pattern.name())
        .patternType(pattern.patternType().code())
        .principal(entry.principal())
        .host(entry.host())
        .operation(entry.operation().code())
        .permissionType(entry.permission().code());
  }

  private static DeleteAclsFilterResult result(Asked asked) {
    return new DeleteAclsFilterResult()
        .errorCode(asked.error.code().code())
        .errorMessage(asked.error.message())
        .matchingAcls(List.copyOf(asked.matching));
  }

  @Override
  public DeleteAclsResponse error(DeleteAclsRequest request, short version, Throwable cause) {
    AclErrors error = AclErrors.of(cause);
    return new DeleteAclsResponse()
        .filterResults(
            request.filters().stream().map(filter -> result(new Asked(null, error))).toList());
  }
}
