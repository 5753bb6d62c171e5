package org.odradek.broker.group;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.AuthorizedOperations;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
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
    int operations =
        request.includeAuthorizedOperations()
            ? AuthorizedOperations.ALL_OF_GROUP
            : AuthorizedOperations.NOT_ASKED;
    Gathering.<String, GroupDescription>ask(
        request.groups(),
        coordinator::describe,
        descriptions -> {
          List<DescribedGroup> groups = new ArrayList<>(descriptions.size());
          for (GroupDescription description : descriptions) {
            groups.add(group(description, namesMissing, operations));
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
      groups.add(
          group(
              GroupDescription.failed(groupId, ApiException.codeOf(cause)),
              false,
              AuthorizedOperations.NOT_ASKED));
    }
    return new DescribeGroupsResponse().groups(groups);
  }
}
