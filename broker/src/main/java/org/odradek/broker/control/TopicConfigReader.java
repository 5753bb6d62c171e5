package org.odradek.broker.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.odradek.controller.znode.ConfigEntity;
import org.odradek.controller.zookeeper.Failures;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the settings of topics that are new to this broker. While ZooKeeper cannot be read it tries
 * again: a log made without its settings could delete what it must keep.
 *
 * <p>Thread-safety: any thread, nothing blocks.
 */
public final class TopicConfigReader implements Function<Set<String>, CompletableFuture<Void>> {
  private static final Logger log = LoggerFactory.getLogger(TopicConfigReader.class);
  private static final long RETRY_MS = 200;

  private final Function<
          List<ConfigEntity>, ? extends CompletableFuture<Map<ConfigEntity, Map<String, String>>>>
      store;
  private final BiConsumer<String, Map<String, String>> sink;
  private final ScheduledExecutorService scheduler;

  /**
   * @param store reads settings, as ZooKeeper has them
   * @param sink takes note of the settings of a topic
   */
  public TopicConfigReader(
      Function<
              List<ConfigEntity>,
              ? extends CompletableFuture<Map<ConfigEntity, Map<String, String>>>>
          store,
      BiConsumer<String, Map<String, String>> sink,
      ScheduledExecutorService scheduler) {
    this.store = store;
    this.sink = sink;
    this.scheduler = scheduler;
  }

  @Override
  public CompletableFuture<Void> apply(Set<String> topics) {
    List<ConfigEntity> entities = new ArrayList<>();
    topics.forEach(topic -> entities.add(ConfigEntity.topic(topic)));
    return read(entities, 0);
  }

  private CompletableFuture<Void> read(List<ConfigEntity> entities, int failures) {
    return store
        .apply(entities)
        .thenAccept(this::note)
        .exceptionallyCompose(failure -> {
          if (failures == 0) {
            log.warn(
                "Cannot read the settings of {} new topics, trying again until it succeeds: {}",
                entities.size(),
                Failures.cause(failure).toString());
          }
          return CompletableFuture.runAsync(
                  () -> {}, task -> scheduler.schedule(task, RETRY_MS, TimeUnit.MILLISECONDS))
              .thenCompose(done -> read(entities, failures + 1));
        });
  }

  private void note(Map<ConfigEntity, Map<String, String>> settings) {
    settings.forEach((entity, overrides) -> {
      String topic = entity.topicName();
      if (topic != null) {
        sink.accept(topic, overrides);
      }
    });
  }
}
