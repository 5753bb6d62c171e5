package org.odradek.broker.metadata;

import java.util.concurrent.CompletableFuture;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.UpdateMetadataRequest;
import org.odradek.protocol.message.UpdateMetadataResponse;

/** Takes in what the controller tells of the cluster. */
public final class UpdateMetadataHandler
    implements ApiHandler<UpdateMetadataRequest, UpdateMetadataResponse> {
  private final ClusterMetadata metadata;
  private final ControlFence fence;
  private final ControlOrder order;

  public UpdateMetadataHandler(ClusterMetadata metadata, ControlFence fence, ControlOrder order) {
    this.metadata = metadata;
    this.fence = fence;
    this.order = order;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.UPDATE_METADATA;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 8;
  }

  @Override
  public AclOperation clusterOperation() {
    return AclOperation.CLUSTER_ACTION;
  }

  @Override
  public UpdateMetadataRequest read(MessageReader in, short version) {
    return UpdateMetadataRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      UpdateMetadataRequest request,
      Responder<UpdateMetadataResponse> out) {
    submit(request)
        .whenComplete((response, failure) ->
            out.complete(response == null ? error(request, context.version(), failure) : response));
  }

  /** The way in for a controller of the same process. */
  public CompletableFuture<UpdateMetadataResponse> submit(UpdateMetadataRequest request) {
    return order.run(() -> apply(request));
  }

  /** In its turn. */
  public UpdateMetadataResponse apply(UpdateMetadataRequest request) {
    ErrorCode admitted = fence.admit(request.controllerEpoch(), request.brokerEpoch());
    if (admitted == ErrorCode.NONE) {
      metadata.update(before -> MetadataUpdate.apply(before, request));
    }
    return new UpdateMetadataResponse().errorCode(admitted.code());
  }

  @Override
  public UpdateMetadataResponse error(
      UpdateMetadataRequest request, short version, Throwable cause) {
    return new UpdateMetadataResponse().errorCode(ApiException.codeOf(cause).code());
  }
}
