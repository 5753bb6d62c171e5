package org.odradek.broker.group;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.DeleteGroupsRequest;
import org.odradek.protocol.message.DeleteGroupsResponse;
import org.odradek.protocol.message.DeleteGroupsResponse.DeletableGroupResult;

/** Removes groups without members, with their offsets (KIP-229). */
public final class DeleteGroupsHandler
    implements ApiHandler<DeleteGroupsRequest, DeleteGroupsResponse> {
  private final GroupCoordinator coordinator;

  public DeleteGroupsHandler(GroupCoordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.DELETE_GROUPS;
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
  public DeleteGroupsRequest read(MessageReader in, short version) {
    return DeleteGroupsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, DeleteGroupsRequest request, Responder<DeleteGroupsResponse> out) {
    List<DeletableGroupResult> results = new ArrayList<>();
    List<String> groupIds = new ArrayList<>();
    for (String groupId : new LinkedHashSet<>(request.groupsNames())) {
      if (context.access().allowsOnGroup(AclOperation.DELETE, groupId)) {
        groupIds.add(groupId);
      } else {
        results.add(result(groupId, ErrorCode.GROUP_AUTHORIZATION_FAILED));
      }
    }
    Gathering.<String, ErrorCode>ask(
        groupIds,
        coordinator::deleteGroup,
        errors -> {
          for (int i = 0; i < groupIds.size(); i++) {
            results.add(result(groupIds.get(i), errors.get(i)));
          }
          out.complete(new DeleteGroupsResponse().results(results));
        });
  }

  private static DeletableGroupResult result(String groupId, ErrorCode error) {
    return new DeletableGroupResult().groupId(groupId).errorCode(error.code());
  }

  @Override
  public DeleteGroupsResponse error(DeleteGroupsRequest request, short version, Throwable cause) {
    List<DeletableGroupResult> results = new ArrayList<>(request.groupsNames().size());
    for (String groupId : request.groupsNames()) {
      results.add(result(groupId, ApiException.codeOf(cause)));
    }
    return new DeleteGroupsResponse().results(results);
  }
}
