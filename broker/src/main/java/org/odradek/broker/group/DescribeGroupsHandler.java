package org.odradek.broker.group;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.AuthorizedOperations;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.DescribeGroupsRequest;
import org.odradek.protocol.message.DescribeGroupsResponse;
import org.odradek.protocol.message.DescribeGroupsResponse.DescribedGroup;
import org.odradek.protocol.message.DescribeGroupsResponse.DescribedGroupMember;

/** State, members and assignments of groups. */
public final class DescribeGroupsHandler
    implements ApiHandler<DescribeGroupsRequest, DescribeGroupsResponse> {
  private static final short FIRST_VERSION_NAMING_MISSING_GROUPS = 6;

  private final GroupCoordinator coordinator;

  public DescribeGroupsHandler(GroupCoordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.DESCRIBE_GROUPS;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 6;
  }

  @Override
  public DescribeGroupsRequest read(MessageReader in, short version) {
    return DescribeGroupsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      DescribeGroupsRequest request,
      Responder<DescribeGroupsResponse> out) {
    boolean namesMissing = context.version() >= FIRST_VERSION_NAMING_MISSING_GROUPS;
    boolean operationsAsked = request.includeAuthorizedOperations();
    Access access = context.access();
    List<DescribedGroup> groups = new ArrayList<>(request.groups().size());
    List<String> allowed = new ArrayList<>(request.groups().size());
    for (String groupId : request.groups()) {
      if (access.allowsOnGroup(AclOperation.DESCRIBE, groupId)) {
        allowed.add(groupId);
      } else {
        groups.add(failed(groupId, ErrorCode.GROUP_AUTHORIZATION_FAILED));
      }
    }
    Gathering.<String, GroupDescription>ask(
        allowed,
        coordinator::describe,
        descriptions -> {
          for (GroupDescription description : descriptions) {
            groups.add(
                group(
                    description,
                    namesMissing,
                    AuthorizedOperations.ofGroup(operationsAsked, access, description.groupId())));
          }
          out.complete(new DescribeGroupsResponse().groups(groups));
        });
  }

  /** Missing groups are dead ones without an error until version 5 (KIP-1043). */
  private static DescribedGroup group(
      GroupDescription description, boolean namesMissing, int operations) {
    DescribedGroup group =
        new DescribedGroup()
            .errorCode(description.error().code())
            .groupId(description.groupId())
            .groupState(description.state())
            .protocolType(description.protocolType())
            .protocolData(description.protocolName())
            .members(members(description));
    if (description.error() == ErrorCode.NONE) {
      group.authorizedOperations(operations);
    }
    if (namesMissing && description.state().equals(GroupState.DEAD.wireName())) {
      group
          .errorCode(ErrorCode.GROUP_ID_NOT_FOUND.code())
          .errorMessage("Group " + description.groupId() + " not found.");
    }
    return group;
  }

  private static List<DescribedGroupMember> members(GroupDescription description) {
    List<DescribedGroupMember> members = new ArrayList<>(description.members().size());
    for (GroupDescription.DescribedMember member : description.members()) {
      members.add(
          new DescribedGroupMember()
              .memberId(member.memberId())
              .groupInstanceId(member.groupInstanceId())
              .clientId(member.clientId())
              .clientHost(member.clientHost())
              .memberMetadata(ByteBuffer.wrap(member.metadata()))
              .memberAssignment(ByteBuffer.wrap(member.assignment())));
    }
    return members;
  }

  @Override
  public DescribeGroupsResponse error(
      DescribeGroupsRequest request, short version, Throwable cause) {
    List<DescribedGroup> groups = new ArrayList<>(request.groups().size());
    for (String groupId : request.groups()) {
      groups.add(failed(groupId, ApiException.codeOf(cause)));
    }
    return new DescribeGroupsResponse().groups(groups);
  }

  private static DescribedGroup failed(String groupId, ErrorCode error) {
    return group(GroupDescription.failed(groupId, error), false, AuthorizedOperations.NOT_ASKED);
  }
}
