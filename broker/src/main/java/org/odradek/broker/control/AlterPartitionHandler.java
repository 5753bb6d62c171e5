package org.odradek.broker.control;

import java.util.concurrent.CompletableFuture;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.controller.Controller;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.AlterPartitionRequest;
import org.odradek.protocol.message.AlterPartitionResponse;

/** A leader wants other ISRs (KIP-497); the controller decides. */
public final class AlterPartitionHandler
    implements ApiHandler<AlterPartitionRequest, AlterPartitionResponse> {
  private final Controller controller;

  public AlterPartitionHandler(Controller controller) {
    this.controller = controller;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.ALTER_PARTITION;
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
    return AclOperation.CLUSTER_ACTION;
  }

  @Override
  public AlterPartitionRequest read(MessageReader in, short version) {
    return AlterPartitionRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      AlterPartitionRequest request,
      Responder<AlterPartitionResponse> out) {
    submit(request, context.version()).thenAccept(out::complete);
  }

  /** The way in for this process; never fails. */
  public CompletableFuture<AlterPartitionResponse> submit(
      AlterPartitionRequest request, short version) {
    return controller
        .alterPartition(request, version)
        .handle((response, failure) -> failure == null ? response : failed(failure));
  }

  private static AlterPartitionResponse failed(Throwable failure) {
    return new AlterPartitionResponse().errorCode(ApiException.codeOf(failure).code());
  }

  @Override
  public AlterPartitionResponse error(
      AlterPartitionRequest request, short version, Throwable cause) {
    return failed(cause);
  }
}
