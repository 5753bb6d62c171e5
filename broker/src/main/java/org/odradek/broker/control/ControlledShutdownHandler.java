package org.odradek.broker.control;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.controller.Controller;
import org.odradek.controller.topic.TopicException;
import org.odradek.controller.zookeeper.Failures;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.ControlledShutdownRequest;
import org.odradek.protocol.message.ControlledShutdownResponse;
import org.odradek.protocol.message.ControlledShutdownResponse.RemainingPartition;

/** A broker is about to stop, and wants its leaders moved away first. */
public final class ControlledShutdownHandler
    implements ApiHandler<ControlledShutdownRequest, ControlledShutdownResponse> {
  private final Controller controller;

  public ControlledShutdownHandler(Controller controller) {
    this.controller = controller;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.CONTROLLED_SHUTDOWN;
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
  public ControlledShutdownRequest read(MessageReader in, short version) {
    return ControlledShutdownRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      ControlledShutdownRequest request,
      Responder<ControlledShutdownResponse> out) {
    submit(request).thenAccept(out::complete);
  }

  /** The way in for this process; never fails. */
  public CompletableFuture<ControlledShutdownResponse> submit(ControlledShutdownRequest request) {
    return controller
        .controlledShutdown(request.brokerId(), request.brokerEpoch())
        .handle((remaining, failure) -> failure == null ? done(remaining) : failed(failure));
  }

  private static ControlledShutdownResponse done(Set<TopicPartition> remaining) {
    return new ControlledShutdownResponse()
        .remainingPartitions(
            remaining.stream()
                .map(partition ->
                    new RemainingPartition()
                        .topicName(partition.topic())
                        .partitionIndex(partition.partition()))
                .toList());
  }

  private static ControlledShutdownResponse failed(Throwable failure) {
    ErrorCode code =
        Failures.cause(failure) instanceof TopicException refusal
            ? refusal.error()
            : ApiException.codeOf(failure);
    return new ControlledShutdownResponse().errorCode(code.code());
  }

  @Override
  public ControlledShutdownResponse error(
      ControlledShutdownRequest request, short version, Throwable cause) {
    return failed(cause);
  }
}
