package org.odradek.broker.topic;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.quota.MutationQuota;
import org.odradek.controller.topic.NewTopic;
import org.odradek.controller.topic.TopicAdmin;
import org.odradek.controller.topic.TopicOutcome;
import org.odradek.controller.znode.TopicInfo;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.acl.ResourceType;
import org.odradek.protocol.message.CreateTopicsRequest;
import org.odradek.protocol.message.CreateTopicsRequest.CreatableReplicaAssignment;
import org.odradek.protocol.message.CreateTopicsRequest.CreatableTopic;
import org.odradek.protocol.message.CreateTopicsRequest.CreatableTopicConfig;
import org.odradek.protocol.message.CreateTopicsResponse;
import org.odradek.protocol.message.CreateTopicsResponse.CreatableTopicConfigs;
import org.odradek.protocol.message.CreateTopicsResponse.CreatableTopicResult;

/** Makes topics, or checks whether they could be made. */
public final class CreateTopicsHandler
    implements ApiHandler<CreateTopicsRequest, CreateTopicsResponse> {
  private static final short FIRST_VERSION_WITH_QUOTA_ERROR = 6;

  private final BooleanSupplier isController;
  private final TopicAdmin topics;
  private final TopicWaits waits;
  private final Function<Map<String, String>, List<CreatableTopicConfigs>> describe;
  private final MutationQuota quota;

  /**
   * @param isController whether this broker is the controller
   * @param describe all settings of a topic with the given ones of its own (KIP-525)
   */
  public CreateTopicsHandler(
      BooleanSupplier isController,
      TopicAdmin topics,
      ClusterMetadata metadata,
      Function<Map<String, String>, List<CreatableTopicConfigs>> describe,
      MutationQuota quota) {
    this.isController = isController;
    this.topics = topics;
    this.waits = new TopicWaits(metadata);
    this.describe = describe;
    this.quota = quota;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.CREATE_TOPICS;
  }

  @Override
  public short minVersion() {
    return 0;
  }

  @Override
  public short maxVersion() {
    return 7;
  }

  @Override
  public CreateTopicsRequest read(MessageReader in, short version) {
    return CreateTopicsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context, CreateTopicsRequest request, Responder<CreateTopicsResponse> out) {
    if (!isController.getAsBoolean()) {
      out.complete(all(request, TopicErrors.NOT_CONTROLLER));
      return;
    }
    Set<String> duplicates =
        TopicErrors.duplicates(request.topics().stream().map(CreatableTopic::name).toList());
    Access access = context.access();
    boolean mayCreateAny =
        access.allowsQuietly(AclOperation.CREATE, ResourceType.CLUSTER, ResourceType.CLUSTER_NAME);
    Map<String, CreatableTopicResult> results = new LinkedHashMap<>();
    Map<String, CreatableTopic> wanted = new LinkedHashMap<>();
    for (CreatableTopic topic : request.topics()) {
      results.put(
          topic.name(),
          result(
              topic.name(),
              new TopicErrors(
                  ErrorCode.INVALID_REQUEST, "Found multiple entries for this topic.")));
      if (!mayCreateAny && !access.allowsOnTopic(AclOperation.CREATE, topic.name())) {
        results.put(topic.name(), result(topic.name(), TopicErrors.MAY_NOT_CREATE));
      } else if (!duplicates.contains(topic.name())) {
        wanted.put(topic.name(), topic);
      }
    }
    MutationQuota.Charge charge =
        quota.charge(context, context.version() >= FIRST_VERSION_WITH_QUOTA_ERROR);
    create(access, request, wanted, charge)
        .whenComplete((created, failure) -> {
          if (failure != null) {
            out.complete(all(request, TopicErrors.of(failure)));
          } else {
            created.forEach(result -> results.put(result.name(), result));
            out.complete(
                new CreateTopicsResponse()
                    .topics(new ArrayList<>(results.values()))
                    .throttleTimeMs(charge.throttle(out)));
          }
        });
  }

  private CompletableFuture<List<CreatableTopicResult>> create(
      Access access,
      CreateTopicsRequest request,
      Map<String, CreatableTopic> wanted,
      MutationQuota.Charge charge) {
    boolean dryRun = request.validateOnly();
    return topics
        .createTopics(
            wanted.values().stream().map(CreateTopicsHandler::newTopic).toList(), dryRun, charge)
        .thenCompose(outcomes -> {
          List<CompletableFuture<CreatableTopicResult>> open = new ArrayList<>();
          for (TopicOutcome outcome : outcomes) {
            @Nullable CreatableTopic asked = wanted.get(outcome.topic());
            Map<String, String> configs = asked == null ? Map.of() : configs(asked);
            open.add(answer(access, outcome, configs, dryRun, request.timeoutMs()));
          }
          return CompletableFuture.allOf(open.toArray(CompletableFuture[]::new))
              .thenApply(done -> open.stream().map(CompletableFuture::join).toList());
        });
  }

  private CompletableFuture<CreatableTopicResult> answer(
      Access access,
      TopicOutcome outcome,
      Map<String, String> configs,
      boolean dryRun,
      int timeoutMs) {
    return switch (outcome) {
      case TopicOutcome.Failed failed ->
          CompletableFuture.completedFuture(
              result(failed.topic(), new TopicErrors(failed.error(), failed.message())));
      case TopicOutcome.Done done -> {
        CreatableTopicResult made = describe(access, done.info(), configs);
        yield dryRun
            ? CompletableFuture.completedFuture(made)
            : waits
                .untilLed(done.info(), timeoutMs)
                .thenApply(inTime -> inTime ? made : result(done.topic(), TopicErrors.TIMED_OUT));
      }
    };
  }

  /** Who may not describe the configuration hears only that the topic was made. */
  private CreatableTopicResult describe(
      Access access, TopicInfo topic, Map<String, String> configs) {
    Uuid id = topic.id();
    CreatableTopicResult made =
        new CreatableTopicResult().name(topic.name()).topicId(id == null ? Uuid.ZERO : id);
    if (!access.allowsQuietly(AclOperation.DESCRIBE_CONFIGS, ResourceType.TOPIC, topic.name())) {
      return made.topicConfigErrorCode(ErrorCode.TOPIC_AUTHORIZATION_FAILED.code());
    }
    return made.numPartitions(topic.partitions().size())
        .replicationFactor((short) topic.partitions().values().iterator().next().replicas().size())
        .configs(describe.apply(configs));
  }

  private static NewTopic newTopic(CreatableTopic topic) {
    SortedMap<Integer, List<Integer>> assignment = new TreeMap<>();
    for (CreatableReplicaAssignment partition : topic.assignments()) {
      assignment.put(partition.partitionIndex(), partition.brokerIds());
    }
    Map<String, @Nullable String> configs = new LinkedHashMap<>();
    for (CreatableTopicConfig config : topic.configs()) {
      configs.put(config.name(), config.value());
    }
    return new NewTopic(
        topic.name(), topic.numPartitions(), topic.replicationFactor(), assignment, configs);
  }

  private static Map<String, String> configs(CreatableTopic topic) {
    Map<String, String> configs = new LinkedHashMap<>();
    for (CreatableTopicConfig config : topic.configs()) {
      String value = config.value();
      if (value != null) {
        configs.put(config.name(), value);
      }
    }
    return configs;
  }

  private static CreateTopicsResponse all(CreateTopicsRequest request, TopicErrors error) {
    return new CreateTopicsResponse()
        .topics(
            request.topics().stream()
                .map(CreatableTopic::name)
                .distinct()
                .map(name -> result(name, error))
                .toList());
  }

  private static CreatableTopicResult result(String topic, TopicErrors error) {
    return new CreatableTopicResult()
        .name(topic)
        .errorCode(error.code().code())
        .errorMessage(error.message())
        .configs(List.of());
  }

  @Override
  public CreateTopicsResponse error(CreateTopicsRequest request, short version, Throwable cause) {
    return all(request, TopicErrors.of(cause));
  }
}
