package org.odradek.broker.config;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.ApiException;
import org.odradek.broker.config.ConfigChange.Operation;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.protocol.ErrorCode;

/**
 * Changes what is set for topics, brokers and loggers, after checking it as Kafka does.
 *
 * <p>Changes made by way of this broker are made one after the other, since each reads what is set,
 * changes it and writes it back. Where others have written meanwhile it begins anew.
 *
 * <p>Thread-safety: any thread; nothing blocks.
 */
public final class ConfigAlteration {
  /** Each failed try means that somebody else's change of the same settings succeeded. */
  private static final int TRIES_MAX = 50;

  private final DynamicConfigs configs;
  private final int brokerId;
  private final ConfigRepository repository;
  private final Predicate<String> topicExists;
  private final LoggerLevels loggers;
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

  /**
   * @param topicExists by what this broker knows of the cluster
   */
  public ConfigAlteration(
      DynamicConfigs configs,
      int brokerId,
      ConfigRepository repository,
      Predicate<String> topicExists,
      LoggerLevels loggers) {
    this.configs = configs;
    this.brokerId = brokerId;
    this.repository = repository;
    this.topicExists = topicExists;
    this.loggers = loggers;
  }

  /** Makes changes to what is set; fails with an {@link ApiException} for the response. */
  CompletableFuture<Void> change(
      ConfigResource resource, List<ConfigChange> changes, boolean validateOnly) {
    return refusable(() -> {
      ConfigChange.check(changes);
      return switch (resource.type()) {
        case TOPIC -> {
          requireTopic(resource.name());
          yield update(
              resource,
              ConfigEntity.topic(resource.name()),
              names(changes),
              settings -> ConfigChange.apply(changes, settings, KeyTable.topic()),
              validateOnly);
        }
        case BROKER ->
            update(
                resource,
                brokerEntity(resource),
                names(changes),
                settings -> ConfigChange.apply(changes, settings, KeyTable.broker()),
                validateOnly);
        case BROKER_LOGGER -> {
          resource.requireBroker(brokerId);
          LoggerLevels.check(loggers, changes);
          if (!validateOnly) {
            changes.forEach(this::changeLevel);
          }
          yield CompletableFuture.completedFuture(null);
        }
        default -> throw resource.unsupported();
      };
    });
  }

  /** Sets this and nothing else; fails with an {@link ApiException} for the response. */
  CompletableFuture<Void> replace(
      ConfigResource resource, List<ConfigChange> settings, boolean validateOnly) {
    return refusable(() -> {
      ConfigChange.check(settings);
      return switch (resource.type()) {
        case TOPIC -> {
          requireTopic(resource.name());
          yield update(
              resource,
              ConfigEntity.topic(resource.name()),
              names(settings),
              before -> ConfigChange.apply(settings, Map.of(), KeyTable.topic()),
              validateOnly);
        }
        case BROKER ->
            update(
                resource,
                brokerEntity(resource),
                names(settings),
                before -> ConfigChange.apply(settings, Map.of(), KeyTable.broker()),
                validateOnly);
        case BROKER_LOGGER ->
            throw new ApiException(
                ErrorCode.INVALID_REQUEST,
                "AlterConfigs is deprecated and does not support the resource type"
                    + " BROKER_LOGGER");
        default -> throw resource.unsupported();
      };
    });
  }

  /** A step that may be refused before anything is started. */
  private interface Step {
    CompletableFuture<Void> start();
  }

  private static CompletableFuture<Void> refusable(Step step) {
    try {
      return step.start();
    } catch (ApiException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private void requireTopic(String topic) {
    if (topic.isEmpty()) {
      throw new ApiException(ErrorCode.INVALID_REQUEST, "Default topic resources are not allowed.");
    }
    if (!topicExists.test(topic)) {
      throw new ApiException(
          ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, "The topic '" + topic + "' does not exist.");
    }
  }

  private ConfigEntity brokerEntity(ConfigResource resource) {
    if (resource.name().isEmpty()) {
      return ConfigEntity.BROKER_DEFAULT;
    }
    resource.requireBroker(brokerId);
    return ConfigEntity.broker(brokerId);
  }

  private static Set<String> names(List<ConfigChange> changes) {
    return changes.stream().map(ConfigChange::name).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * @param names the keys that the request names
   */
  private synchronized CompletableFuture<Void> update(
      ConfigResource resource,
      ConfigEntity entity,
      Set<String> names,
      UnaryOperator<Map<String, String>> change,
      boolean validateOnly) {
    Update update = new Update(resource, entity, names, change, validateOnly);
    CompletableFuture<Void> done =
        last.handle((result, failure) -> entity)
            .thenCompose(repository::read)
            .thenCompose(before -> make(update, before, 1));
    last = done;
    return done;
  }

  /** A change to what is set for a topic or a broker. */
  private record Update(
      ConfigResource resource,
      ConfigEntity entity,
      Set<String> names,
      UnaryOperator<Map<String, String>> change,
      boolean validateOnly) {}

  private CompletableFuture<Void> make(Update update, Map<String, String> before, int attempt) {
    boolean isBroker = update.resource.type() == ConfigResourceType.BROKER;
    Map<String, String> after =
        update.change.apply(isBroker ? configs.passwords().decodeAll(before) : before);
    BrokerConfig broker = validate(update.resource, after);
    CompletableFuture<Void> agreed =
        broker == null ? completed() : agreed(update.resource, update.names, broker);
    if (update.validateOnly) {
      return agreed;
    }
    Map<String, String> stored = isBroker ? configs.passwords().encodeAll(after) : after;
    return agreed
        .thenCompose(none -> repository.replace(update.entity, before, stored))
        .thenCompose(isDone -> isDone ? written(update, broker) : makeAnew(update, attempt + 1));
  }

  private CompletableFuture<Void> makeAnew(Update update, int attempt) {
    if (attempt > TRIES_MAX) {
      throw new ApiException(
          ErrorCode.REQUEST_TIMED_OUT,
          "Others kept changing the settings of "
              + update.resource.name()
              + " while they were to be changed: try again.");
    }
    return repository.read(update.entity).thenCompose(now -> make(update, now, attempt));
  }

  private CompletableFuture<Void> written(Update update, @Nullable BrokerConfig broker) {
    if (broker != null) {
      configs.written(update.names, broker);
    }
    return completed();
  }

  private static CompletableFuture<Void> completed() {
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> agreed(
      ConfigResource resource, Set<String> names, BrokerConfig after) {
    return configs
        .check(names, after)
        .exceptionally(failure -> {
          Throwable cause = failure.getCause() == null ? failure : failure.getCause();
          throw cause instanceof ConfigException refused
              ? resource.refusal(refused)
              : new CompletionException(cause);
        });
  }

  /**
   * @return what the broker would run with; null where it is not about this broker
   */
  private @Nullable BrokerConfig validate(ConfigResource resource, Map<String, String> settings) {
    try {
      if (resource.type() == ConfigResourceType.TOPIC) {
        TopicSettings.validate(configs.current(), settings);
        return null;
      }
      return BrokerConfigUpdate.validate(configs, settings, !resource.name().isEmpty());
    } catch (ConfigException e) {
      throw resource.refusal(e);
    }
  }

  private void changeLevel(ConfigChange change) {
    if (change.operation() == Operation.DELETE || change.value() == null) {
      loggers.reset(change.name());
    } else {
      loggers.set(change.name(), change.value());
    }
  }
}
