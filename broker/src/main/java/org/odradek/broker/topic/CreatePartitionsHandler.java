package org.odradek.broker.topic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.quota.MutationQuota;
import org.odradek.controller.topic.NewPartitions;
import org.odradek.controller.topic.TopicAdmin;
import org.odradek.controller.topic.TopicOutcome;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.CreatePartitionsRequest;
import org.odradek.protocol.message.CreatePartitionsRequest.CreatePartitionsAssignment;
import org.odradek.protocol.message.CreatePartitionsRequest.CreatePartitionsTopic;
import org.odradek.protocol.message.CreatePartitionsResponse;
import org.odradek.protocol.message.CreatePartitionsResponse.CreatePartitionsTopicResult;

/** Adds partitions to topics, or checks whether they could be added. */
public final class CreatePartitionsHandler
    implements ApiHandler<CreatePartitionsRequest, CreatePartitionsResponse> {
  private static final short FIRST_VERSION_WITH_QUOTA_ERROR = 3;

  private final BooleanSupplier isController;
  private final TopicAdmin topics;
  private final TopicWaits waits;
  private final MutationQuota quota;

  /** {@code isController}: whether this broker is the controller. */
  public CreatePartitionsHandler(
      BooleanSupplier isController,
      TopicAdmin topics,
      ClusterMetadata metadata,
      MutationQuota quota) {
    this.quota = quota;
    this.isController = isController;
    this.topics = topics;
    this.waits = new TopicWaits(metadata);
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.CREATE_PARTITIONS;
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
  public CreatePartitionsRequest read(MessageReader in, short version) {
    return CreatePartitionsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      CreatePartitionsRequest request,
      Responder<CreatePartitionsResponse> out) {
    if (!isController.getAsBoolean()) {
      out.complete(all(request, TopicErrors.NOT_CONTROLLER));
      return;
    }
    Set<String> duplicates =
        TopicErrors.duplicates(request.topics().stream().map(CreatePartitionsTopic::name).toList());
    Map<String, CreatePartitionsTopicResult> results = new LinkedHashMap<>();
    List<NewPartitions> wanted = new ArrayList<>();
    for (CreatePartitionsTopic topic : request.topics()) {
      results.put(
          topic.name(),
          result(
              topic.name(),
              new TopicErrors(ErrorCode.INVALID_REQUEST, "Duplicate topic in request.")));
      if (!context.access().allowsOnTopic(AclOperation.ALTER, topic.name())) {
        results.put(topic.name(), result(topic.name(), TopicErrors.UNAUTHORIZED));
      } else if (!duplicates.contains(topic.name())) {
        wanted.add(new NewPartitions(topic.name(), topic.count(), assignments(topic)));
      }
    }
    MutationQuota.Charge charge =
        quota.charge(context, context.version() >= FIRST_VERSION_WITH_QUOTA_ERROR);
    create(request, wanted, charge)
        .whenComplete((created, failure) -> {
          if (failure != null) {
            out.complete(all(request, TopicErrors.of(failure)));
          } else {
            created.forEach(result -> results.put(result.name(), result));
            out.complete(
                new CreatePartitionsResponse()
                    .results(new ArrayList<>(results.values()))
                    .throttleTimeMs(charge.throttle(out)));
          }
        });
  }

  private CompletableFuture<List<CreatePartitionsTopicResult>> create(
      CreatePartitionsRequest request, List<NewPartitions> wanted, MutationQuota.Charge charge) {
    return topics
        .createPartitions(wanted, request.validateOnly(), charge)
        .thenCompose(outcomes -> {
          List<CompletableFuture<CreatePartitionsTopicResult>> open = new ArrayList<>();
          outcomes.forEach(outcome -> open.add(answer(outcome, request)));
          return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
              .thenApply(done -> open.stream().map(CompletableFuture::join).toList());
        });
  }

  private CompletableFuture<CreatePartitionsTopicResult> answer(
      TopicOutcome outcome, CreatePartitionsRequest request) {
    return switch (outcome) {
      case TopicOutcome.Failed failed ->
          CompletableFuture.completedFuture(
              result(failed.topic(), new TopicErrors(failed.error(), failed.message())));
      case TopicOutcome.Done done ->
          request.validateOnly()
              ? CompletableFuture.completedFuture(result(done.topic(), TopicErrors.NONE))
              : waits
                  .untilLed(done.info(), request.timeoutMs())
                  .thenApply(inTime ->
                      result(done.topic(), inTime ? TopicErrors.NONE : TopicErrors.TIMED_OUT));
    };
  }

  private static @Nullable List<List<Integer>> assignments(CreatePartitionsTopic topic) {
    List<CreatePartitionsAssignment> assignments = topic.assignments();
    return assignments == null
        ? null
        : assignments.stream().map(CreatePartitionsAssignment::brokerIds).toList();
  }

  private static CreatePartitionsResponse all(CreatePartitionsRequest request, TopicErrors error) {
    return new CreatePartitionsResponse()
        .results(
            request.topics().stream()
                .map(CreatePartitionsTopic::name)
                .distinct()
                .map(name -> result(name, error))
                .toList());
  }

  private static CreatePartitionsTopicResult result(String topic, TopicErrors error) {
    return new CreatePartitionsTopicResult()
        .name(topic)
        .errorCode(error.code().code())
        .errorMessage(error.message());
  }

  @Override
  public CreatePartitionsResponse error(
      CreatePartitionsRequest request, short version, Throwable cause) {
    return all(request, TopicErrors.of(cause));
  }
}
