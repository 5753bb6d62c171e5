package org.odradek.broker.producer;

import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.controller.Controller;
import org.odradek.controller.znode.ProducerIdBlock;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.AllocateProducerIdsRequest;
import org.odradek.protocol.message.AllocateProducerIdsResponse;

/** Brokers of Kafka 3.x ask the controller for their blocks of producer ids (KIP-730). */
public final class AllocateProducerIdsHandler
    implements ApiHandler<AllocateProducerIdsRequest, AllocateProducerIdsResponse> {
  private final Controller controller;
  private final IntFunction<CompletableFuture<ProducerIdBlock>> takeBlock;

  /** {@code takeBlock} takes a block for the broker of that id. */
  public AllocateProducerIdsHandler(
      Controller controller, IntFunction<CompletableFuture<ProducerIdBlock>> takeBlock) {
    this.controller = controller;
    this.takeBlock = takeBlock;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.ALLOCATE_PRODUCER_IDS;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 0;
  }

  @Override
  public AclOperation clusterOperation() {
    return AclOperation.CLUSTER_ACTION;
  }

  @Override
  public AllocateProducerIdsRequest read(MessageReader in, short version) {
    return AllocateProducerIdsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      AllocateProducerIdsRequest request,
      Responder<AllocateProducerIdsResponse> out) {
    ErrorCode refusal = refusal(request);
    if (refusal != ErrorCode.NONE) {
      out.complete(failed(refusal));
      return;
    }
    takeBlock
        .apply(request.brokerId())
        .whenComplete((@Nullable ProducerIdBlock block, @Nullable Throwable failure) ->
            out.complete(
                block != null
                    ? new AllocateProducerIdsResponse()
                        .producerIdStart(block.first())
                        .producerIdLen((int) block.size())
                    : failed(
                        failure == null || Failures.code(failure) != null
                            ? ErrorCode.COORDINATOR_LOAD_IN_PROGRESS
                            : ApiException.codeOf(failure))));
  }

  private ErrorCode refusal(AllocateProducerIdsRequest request) {
    if (!controller.isActive()) {
      return ErrorCode.NOT_CONTROLLER;
    }
    OptionalLong epoch = controller.brokerEpoch(request.brokerId());
    if (epoch.isEmpty()) {
      return ErrorCode.BROKER_ID_NOT_REGISTERED;
    }
    return epoch.getAsLong() == request.brokerEpoch()
        ? ErrorCode.NONE
        : ErrorCode.STALE_BROKER_EPOCH;
  }

  private static AllocateProducerIdsResponse failed(ErrorCode code) {
    return new AllocateProducerIdsResponse().errorCode(code.code());
  }

  @Override
  public AllocateProducerIdsResponse error(
      AllocateProducerIdsRequest request, short version, Throwable cause) {
    return failed(ApiException.codeOf(cause));
  }
}
