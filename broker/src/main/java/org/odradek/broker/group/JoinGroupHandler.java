package org.odradek.broker.group;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.JoinGroupRequest;
import org.odradek.protocol.message.JoinGroupResponse;

/** A member joins a group, or rejoins it for the next generation. */
public final class JoinGroupHandler implements ApiHandler<JoinGroupRequest, JoinGroupResponse> {
  private static final short FIRST_VERSION_REQUIRING_MEMBER_ID = 4;
  private static final short FIRST_VERSION_WITH_NULL_PROTOCOL = 7;
  private static final short FIRST_VERSION_SKIPPING_ASSIGNMENT = 9;

  private final GroupCoordinator coordinator;

  public JoinGroupHandler(GroupCoordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.JOIN_GROUP;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 9;
  }

  @Override
  public JoinGroupRequest read(MessageReader in, short version) {
    return JoinGroupRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, JoinGroupRequest request, Responder<JoinGroupResponse> out) {
    context.access().require(AclOperation.READ, ResourceType.GROUP, request.groupId());
    short version = context.version();
    String clientId = context.clientId();
    List<MemberProtocol> protocols = new ArrayList<>(request.protocols().size());
    for (JoinGroupRequest.JoinGroupRequestProtocol protocol : request.protocols()) {
      protocols.add(
          new MemberProtocol(protocol.name(), GroupRecordCodec.copy(protocol.metadata())));
    }
    boolean isStatic = request.groupInstanceId() != null;
    coordinator.join(
        new JoinCall(
            request.groupId(),
            request.memberId(),
            request.groupInstanceId(),
            version >= FIRST_VERSION_REQUIRING_MEMBER_ID && !isStatic,
            version >= FIRST_VERSION_SKIPPING_ASSIGNMENT,
            clientId == null ? "" : clientId,
            ClientHost.of(context),
            version == 0 ? request.sessionTimeoutMs() : request.rebalanceTimeoutMs(),
            request.sessionTimeoutMs(),
            request.protocolType(),
            protocols,
            request.reason()),
        reply -> out.complete(response(reply, version)));
  }

  private static JoinGroupResponse response(JoinReply reply, short version) {
    List<JoinGroupResponse.JoinGroupResponseMember> members =
        new ArrayList<>(reply.members().size());
    for (JoinReply.JoinedMember member : reply.members()) {
      members.add(
          new JoinGroupResponse.JoinGroupResponseMember()
              .memberId(member.memberId())
              .groupInstanceId(member.groupInstanceId())
              .metadata(ByteBuffer.wrap(member.metadata())));
    }
    String protocolName = reply.protocolName();
    return new JoinGroupResponse()
        .errorCode(reply.error().code())
        .generationId(reply.generation())
        .protocolType(reply.protocolType())
        .protocolName(
            protocolName == null && version < FIRST_VERSION_WITH_NULL_PROTOCOL ? "" : protocolName)
        .leader(reply.leaderId())
        .skipAssignment(reply.skipAssignment())
        .memberId(reply.memberId())
        .members(members);
  }

  @Override
  public JoinGroupResponse error(JoinGroupRequest request, short version, Throwable cause) {
    return response(JoinReply.failed(request.memberId(), ApiException.codeOf(cause)), version);
  }
}
