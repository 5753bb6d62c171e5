package org.odradek.broker.topic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.MetadataSnapshot;
import org.odradek.broker.quota.MutationQuota;
import org.odradek.controller.topic.TopicAdmin;
import org.odradek.controller.topic.TopicOutcome;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.DeleteTopicsRequest;
import org.odradek.protocol.message.DeleteTopicsRequest.DeleteTopicState;
import org.odradek.protocol.message.DeleteTopicsResponse;
import org.odradek.protocol.message.DeleteTopicsResponse.DeletableTopicResult;

/** Marks topics for deletion, by name or (from version 6) by id, and waits until they are gone. */
public final class DeleteTopicsHandler
    implements ApiHandler<DeleteTopicsRequest, DeleteTopicsResponse> {
  private static final int FIRST_VERSION_WITH_DISABLED_ERROR = 3;
  private static final int FIRST_VERSION_WITH_IDS = 6;
  private static final short FIRST_VERSION_WITH_QUOTA_ERROR = 5;

  private final BooleanSupplier isController;
  private final BooleanSupplier isDeletionEnabled;
  private final TopicAdmin topics;
  private final ClusterMetadata metadata;
  private final TopicWaits waits;
  private final MutationQuota quota;

  /**
   * @param isController whether this broker is the controller
   * @param isDeletionEnabled {@code delete.topic.enable}
   */
  public DeleteTopicsHandler(
      BooleanSupplier isController,
      BooleanSupplier isDeletionEnabled,
      TopicAdmin topics,
      ClusterMetadata metadata,
      MutationQuota quota) {
    this.quota = quota;
    this.isController = isController;
    this.isDeletionEnabled = isDeletionEnabled;
    this.topics = topics;
    this.metadata = metadata;
    this.waits = new TopicWaits(metadata);
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.DELETE_TOPICS;
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
  public DeleteTopicsRequest read(MessageReader in, short version) {
    return DeleteTopicsRequest.read(in, version);
  }

  /** What a request names: one of the two is given. */
  private record Named(@Nullable String name, Uuid id) {}

  private static Set<Named> named(DeleteTopicsRequest request) {
    Set<Named> named = new LinkedHashSet<>();
    request.topicNames().forEach(name -> named.add(new Named(name, Uuid.ZERO)));
    for (DeleteTopicState topic : request.topics()) {
      named.add(new Named(topic.name(), topic.topicId()));
    }
    return named;
  }

  @Override
  public void handle(
      RequestContext context, DeleteTopicsRequest request, Responder<DeleteTopicsResponse> out) {
    if (!isController.getAsBoolean()) {
      out.complete(all(request, context.version(), TopicErrors.NOT_CONTROLLER));
      return;
    }
    if (!isDeletionEnabled.getAsBoolean()) {
      ErrorCode code =
          context.version() < FIRST_VERSION_WITH_DISABLED_ERROR
              ? ErrorCode.INVALID_REQUEST
              : ErrorCode.TOPIC_DELETION_DISABLED;
      out.complete(
          all(request, context.version(), new TopicErrors(code, "Topic deletion is disabled.")));
      return;
    }
    List<DeletableTopicResult> results = new ArrayList<>();
    Map<String, DeletableTopicResult> wanted = new LinkedHashMap<>();
    for (Named topic : named(request)) {
      resolve(context.access(), topic, results, wanted);
    }
    MutationQuota.Charge charge =
        quota.charge(context, context.version() >= FIRST_VERSION_WITH_QUOTA_ERROR);
    delete(wanted, request.timeoutMs(), charge)
        .whenComplete((done, failure) -> {
          if (failure != null) {
            TopicErrors error = TopicErrors.of(failure);
            wanted.values().forEach(result -> set(result, error));
          }
          out.complete(
              new DeleteTopicsResponse().responses(results).throttleTimeMs(charge.throttle(out)));
        });
  }

  /** Adds a result, and if the topic can be deleted, the topic to those wanted. */
  private void resolve(
      Access access,
      Named topic,
      List<DeletableTopicResult> results,
      Map<String, DeletableTopicResult> wanted) {
    MetadataSnapshot snapshot = metadata.current();
    boolean isById = !topic.id().equals(Uuid.ZERO);
    if (isById && topic.name() != null) {
      throw new ApiException(
          ErrorCode.INVALID_REQUEST, "Topic name and topic ID can not both be specified.");
    }
    @Nullable String name = isById ? snapshot.topicNames().get(topic.id()) : topic.name();
    DeletableTopicResult result = new DeletableTopicResult().name(name).topicId(topic.id());
    results.add(result);
    if (name == null) {
      set(
          result,
          new TopicErrors(isById ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.INVALID_REQUEST, null));
    } else if (isById && !access.allowsOnTopic(AclOperation.DESCRIBE, name)) {
      set(result.name(null), TopicErrors.UNAUTHORIZED); // who has the id does not learn the name
    } else if (!access.allowsOnTopic(AclOperation.DELETE, name)) {
      set(result, TopicErrors.UNAUTHORIZED);
    } else if (snapshot.topic(name) == null) {
      set(result, new TopicErrors(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, null));
    } else if (wanted.putIfAbsent(name, result) != null) {
      set(
          result,
          new TopicErrors(
              ErrorCode.INVALID_REQUEST, "The topic is named by its id and by its name."));
    }
  }

  private CompletableFuture<Void> delete(
      Map<String, DeletableTopicResult> wanted, int timeoutMs, MutationQuota.Charge charge) {
    return topics
        .deleteTopics(List.copyOf(wanted.keySet()), charge)
        .thenCompose(outcomes -> {
          List<CompletableFuture<Void>> open = new ArrayList<>();
          for (TopicOutcome outcome : outcomes) {
            @Nullable DeletableTopicResult result = wanted.get(outcome.topic());
            if (result != null) {
              open.add(finish(outcome, result, timeoutMs));
            }
          }
          return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new));
        });
  }

  private CompletableFuture<Void> finish(
      TopicOutcome outcome, DeletableTopicResult result, int timeoutMs) {
    return switch (outcome) {
      case TopicOutcome.Failed failed -> {
        set(result, new TopicErrors(failed.error(), failed.message()));
        yield CompletableFuture.completedFuture(null);
      }
      case TopicOutcome.Done done ->
          waits
              .untilGone(done.info(), timeoutMs)
              .thenAccept(inTime -> set(result, inTime ? TopicErrors.NONE : TopicErrors.TIMED_OUT));
    };
  }

  private static void set(DeletableTopicResult result, TopicErrors error) {
    result.errorCode(error.code().code()).errorMessage(error.message());
  }

  private static DeleteTopicsResponse all(
      DeleteTopicsRequest request, short version, TopicErrors error) {
    List<DeletableTopicResult> results = new ArrayList<>();
    for (Named topic : named(request)) {
      String name = topic.name();
      DeletableTopicResult result =
          new DeletableTopicResult()
              .name(name == null && version < FIRST_VERSION_WITH_IDS ? "" : name)
              .topicId(topic.id());
      set(result, error);
      results.add(result);
    }
    return new DeleteTopicsResponse().responses(results);
  }

  @Override
  public DeleteTopicsResponse error(DeleteTopicsRequest request, short version, Throwable cause) {
    return all(request, version, TopicErrors.of(cause));
  }
}
