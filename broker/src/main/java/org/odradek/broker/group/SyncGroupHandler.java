package org.odradek.broker.group;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.SyncGroupRequest;
import org.odradek.protocol.message.SyncGroupResponse;

/** A member asks for its assignment; the leader brings those of all. */
public final class SyncGroupHandler implements ApiHandler<SyncGroupRequest, SyncGroupResponse> {
  /** KIP-559. */
  private static final short FIRST_VERSION_NAMING_PROTOCOL = 5;

  private final GroupCoordinator coordinator;

  public SyncGroupHandler(GroupCoordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.SYNC_GROUP;
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
  public SyncGroupRequest read(MessageReader in, short version) {
    return SyncGroupRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, SyncGroupRequest request, Responder<SyncGroupResponse> out) {
    context.access().require(AclOperation.READ, ResourceType.GROUP, request.groupId());
    if (context.version() >= FIRST_VERSION_NAMING_PROTOCOL
        && (request.protocolType() == null || request.protocolName() == null)) {
      throw new ApiException(
          ErrorCode.INCONSISTENT_GROUP_PROTOCOL, "protocol type and name are required");
    }
    Map<String, byte[]> assignments = new HashMap<>();
    for (SyncGroupRequest.SyncGroupRequestAssignment assignment : request.assignments()) {
      assignments.put(assignment.memberId(), GroupRecordCodec.copy(assignment.assignment()));
    }
    coordinator.sync(
        new SyncCall(
            request.groupId(),
            request.generationId(),
            request.memberId(),
            request.groupInstanceId(),
            request.protocolType(),
            request.protocolName(),
            assignments),
        reply -> out.complete(response(reply)));
  }

  private static SyncGroupResponse response(SyncReply reply) {
    return new SyncGroupResponse()
        .errorCode(reply.error().code())
        .protocolType(reply.protocolType())
        .protocolName(reply.protocolName())
        .assignment(ByteBuffer.wrap(reply.assignment()));
  }

  @Override
  public SyncGroupResponse error(SyncGroupRequest request, short version, Throwable cause) {
    return response(SyncReply.failed(ApiException.codeOf(cause)));
  }
}
