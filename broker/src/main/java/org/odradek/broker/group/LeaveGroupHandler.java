package org.odradek.broker.group;

import java.util.ArrayList;
import java.util.List;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.LeaveGroupRequest;
import org.odradek.protocol.message.LeaveGroupResponse;

/** Members leave; several at once since version 3 (KIP-345). */
public final class LeaveGroupHandler implements ApiHandler<LeaveGroupRequest, LeaveGroupResponse> {
  private static final short FIRST_VERSION_WITH_MEMBERS = 3;

  private final GroupCoordinator coordinator;

  public LeaveGroupHandler(GroupCoordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.LEAVE_GROUP;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 5;
  }

  @Override
  public LeaveGroupRequest read(MessageReader in, short version) {
    return LeaveGroupRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, LeaveGroupRequest request, Responder<LeaveGroupResponse> out) {
    context.access().require(AclOperation.READ, ResourceType.GROUP, request.groupId());
    short version = context.version();
    List<MemberIdentity> leaving = leaving(request, version);
    coordinator.leave(
        request.groupId(), leaving, reply -> out.complete(response(leaving, reply, version)));
  }

  private static List<MemberIdentity> leaving(LeaveGroupRequest request, short version) {
    if (version < FIRST_VERSION_WITH_MEMBERS) {
      return List.of(new MemberIdentity(request.memberId(), null));
    }
    List<MemberIdentity> leaving = new ArrayList<>(request.members().size());
    for (LeaveGroupRequest.MemberIdentity member : request.members()) {
      leaving.add(new MemberIdentity(member.memberId(), member.groupInstanceId(), member.reason()));
    }
    return leaving;
  }

  private static LeaveGroupResponse response(
      List<MemberIdentity> leaving, GroupCoordinator.LeaveReply reply, short version) {
    if (version < FIRST_VERSION_WITH_MEMBERS) {
      ErrorCode error =
          reply.error() == ErrorCode.NONE ? reply.members().getFirst() : reply.error();
      return new LeaveGroupResponse().errorCode(error.code());
    }
    List<LeaveGroupResponse.MemberResponse> members = new ArrayList<>(reply.members().size());
    for (int i = 0; i < reply.members().size(); i++) {
      members.add(
          new LeaveGroupResponse.MemberResponse()
              .memberId(leaving.get(i).memberId())
              .groupInstanceId(leaving.get(i).groupInstanceId())
              .errorCode(reply.members().get(i).code()));
    }
    return new LeaveGroupResponse().errorCode(reply.error().code()).members(members);
  }

  @Override
  public LeaveGroupResponse error(LeaveGroupRequest request, short version, Throwable cause) {
    return new LeaveGroupResponse().errorCode(ApiException.codeOf(cause).code());
  }
}
