package org.odradek.broker.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.Access;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.RequestContext;
import org.odradek.broker.api.Responder;
import org.odradek.broker.config.ConfigDescriber.Detail;
import org.odradek.controller.topic.TopicNames;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.acl.AclOperation;
import org.odradek.protocol.message.DescribeConfigsRequest;
import org.odradek.protocol.message.DescribeConfigsRequest.DescribeConfigsResource;
import org.odradek.protocol.message.DescribeConfigsResponse;
import org.odradek.protocol.message.DescribeConfigsResponse.DescribeConfigsResourceResult;
import org.odradek.protocol.message.DescribeConfigsResponse.DescribeConfigsResult;

/**
 * DescribeConfigs: the configuration of topics, of this broker, of all brokers by default, and of
 * this broker's loggers. What is set for topics is read from ZooKeeper anew, so that a change shows
 * at once.
 */
public final class DescribeConfigsHandler
    implements ApiHandler<DescribeConfigsRequest, DescribeConfigsResponse> {
  private final ConfigDescriber describer;
  private final int brokerId;
  private final ConfigRepository repository;
  private final Predicate<String> topicExists;
  private final LoggerLevels loggers;

  /**
   * @param topicExists by what this broker knows of the cluster
   */
  public DescribeConfigsHandler(
      DynamicConfigs configs,
      int brokerId,
      ConfigRepository repository,
      Predicate<String> topicExists,
      LoggerLevels loggers) {
    this.describer = new ConfigDescriber(configs);
    this.brokerId = brokerId;
    this.repository = repository;
    this.topicExists = topicExists;
    this.loggers = loggers;
  }

  @Override
  public ApiKey apiKey() {
    return ApiKey.DESCRIBE_CONFIGS;
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
  public DescribeConfigsRequest read(MessageReader in, short version) {
    return DescribeConfigsRequest.read(in, version);
  }

  @Override
  public void handle(
      RequestContext context,
      DescribeConfigsRequest request,
      Responder<DescribeConfigsResponse> responder) {
    Detail detail =
        new Detail(
            context.version() == 0, request.includeSynonyms(), request.includeDocumentation());
    List<CompletableFuture<DescribeConfigsResult>> results = new ArrayList<>();
    for (DescribeConfigsResource resource : request.resources()) {
      results.add(describe(context.access(), resource, detail));
    }
    CompletableFuture.allOf(results.toArray(CompletableFuture[]::new))
        .whenComplete((done, failure) ->
            responder.complete(
                new DescribeConfigsResponse()
                    .results(results.stream().map(CompletableFuture::join).toList())));
  }

  /** Never fails: what goes wrong is in the result. */
  private CompletableFuture<DescribeConfigsResult> describe(
      Access access, DescribeConfigsResource resource, Detail detail) {
    CompletableFuture<List<DescribeConfigsResourceResult>> entries;
    try {
      entries = entries(access, resource, detail);
    } catch (ApiException e) {
      entries = CompletableFuture.failedFuture(e);
    }
    return entries.handle((configs, failure) ->
        failure == null ? result(resource).configs(configs) : failed(result(resource), failure));
  }

  private CompletableFuture<List<DescribeConfigsResourceResult>> entries(
      Access access, DescribeConfigsResource resource, Detail detail) {
    ConfigResource described = ConfigResource.of(resource.resourceType(), resource.resourceName());
    ApiException denial = described.denial(access, AclOperation.DESCRIBE_CONFIGS);
    if (denial != null) {
      throw denial;
    }
    List<String> keys = resource.configurationKeys();
    return switch (described.type()) {
      case TOPIC -> topic(described.name(), keys, detail);
      case BROKER -> {
        if (described.name().isEmpty()) {
          yield CompletableFuture.completedFuture(describer.allBrokers(keys, detail));
        }
        described.requireBroker(brokerId);
        yield CompletableFuture.completedFuture(describer.broker(keys, detail));
      }
      case BROKER_LOGGER -> {
        described.requireBroker(brokerId);
        yield CompletableFuture.completedFuture(levels(keys));
      }
      case CLIENT_METRICS ->
          throw new ApiException(
              ErrorCode.INVALID_REQUEST,
              "Config type client-metrics is only supported on KRaft clusters");
      default ->
          throw new ApiException(
              ErrorCode.INVALID_REQUEST, "Unsupported resource type: " + described.type());
    };
  }

  private CompletableFuture<List<DescribeConfigsResourceResult>> topic(
      String topic, @Nullable List<String> keys, Detail detail) {
    String problem = TopicNames.problem(topic);
    if (problem != null) {
      throw new ApiException(ErrorCode.INVALID_TOPIC_EXCEPTION, problem);
    }
    if (!topicExists.test(topic)) {
      throw new ApiException(
          ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "The topic '" + topic + "' does not exist.");
    }
    return repository
        .read(ConfigEntity.topic(topic))
        .thenApply(overrides -> describer.topic(overrides, keys, detail));
  }

  private List<DescribeConfigsResourceResult> levels(@Nullable List<String> keys) {
    List<DescribeConfigsResourceResult> levels = new ArrayList<>();
    for (Map.Entry<String, String> level : loggers.levels().entrySet()) {
      if (keys == null || keys.isEmpty() || keys.contains(level.getKey())) {
        levels.add(
            new DescribeConfigsResourceResult()
                .name(level.getKey())
                .value(level.getValue())
                .configSource(ConfigSource.DYNAMIC_BROKER_LOGGER.id()));
      }
    }
    return levels;
  }

  private static DescribeConfigsResult result(DescribeConfigsResource resource) {
    return new DescribeConfigsResult()
        .resourceType(resource.resourceType())
        .resourceName(resource.resourceName());
  }

  private static DescribeConfigsResult failed(DescribeConfigsResult result, Throwable cause) {
    ConfigOutcome outcome = ConfigOutcome.of(cause);
    return result.errorCode(outcome.code().code()).errorMessage(outcome.message());
  }

  @Override
  public DescribeConfigsResponse error(
      DescribeConfigsRequest request, short version, Throwable cause) {
    List<DescribeConfigsResult> results = new ArrayList<>();
    for (DescribeConfigsResource resource : request.resources()) {
      results.add(failed(result(resource), cause));
    }
    return new DescribeConfigsResponse().results(results);
  }
}
