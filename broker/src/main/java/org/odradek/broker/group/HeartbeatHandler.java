package org.odradek.broker.group;

import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.HeartbeatRequest;
import org.odradek.protocol.message.HeartbeatResponse;

/** A member is alive, and hears whether the group rebalances. */
public final class HeartbeatHandler implements ApiHandler<HeartbeatRequest, HeartbeatResponse> {
  private final GroupCoordinator coordinator;

  public HeartbeatHandler(GroupCoordinator coordinator) {
    this.coordinator = coordinator;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.HEARTBEAT;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 4;
  }

  @Override
  public HeartbeatRequest read(MessageReader in, short version) {
    return HeartbeatRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, HeartbeatRequest request, Responder<HeartbeatResponse> out) {
    context.access().require(AclOperation.READ, ResourceType.GROUP, request.groupId());
    coordinator.heartbeat(
        request.groupId(),
        new MemberIdentity(request.memberId(), request.groupInstanceId()),
        request.generationId(),
        error -> out.complete(new HeartbeatResponse().errorCode(error.code())));
  }

  @Override
  public HeartbeatResponse error(HeartbeatRequest request, short version, Throwable cause) {
    return new HeartbeatResponse().errorCode(ApiException.codeOf(cause).code());
  }
}
