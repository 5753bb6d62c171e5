package org.odradek.broker.metadata;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.odradek.controller.topic.NewTopic;
import org.odradek.controller.topic.TopicAdmin;
import org.odradek.controller.topic.TopicOutcome;
import org.odradek.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates topics through ZooKeeper as the tools do. A topic that is being created is not asked for
 * twice: whoever wants it meanwhile gets the same answer.
 *
 * <p>Thread-safety: any thread, nothing blocks.
 */
public final class AutoTopicCreation implements TopicCreator {
  private static final Logger log = LoggerFactory.getLogger(AutoTopicCreation.class);

  private final TopicAdmin topics;
  private final Function<String, NewTopic> description;
  private final RepeatedWarnings warnings;

  /** No more of them than requests under way. */
  private final Map<String, CompletableFuture<ErrorCode>> underWay = new ConcurrentHashMap<>();

  /**
   * @param description what a topic of that name is to be like
   * @param nanoTime for the rate of warnings
   */
  public AutoTopicCreation(
      TopicAdmin topics, Function<String, NewTopic> description, LongSupplier nanoTime) {
    this.topics = topics;
    this.description = description;
    this.warnings = new RepeatedWarnings(log, nanoTime);
  }

  @Override
  public CompletableFuture<Map<String, ErrorCode>> create(Collection<String> names) {
    Map<String, CompletableFuture<ErrorCode>> awaited = new LinkedHashMap<>();
    Map<String, CompletableFuture<ErrorCode>> started = new LinkedHashMap<>();
    for (String name : names) {
      CompletableFuture<ErrorCode> mine = new CompletableFuture<>();
      CompletableFuture<ErrorCode> other = underWay.putIfAbsent(name, mine);
      awaited.put(name, other == null ? mine : other);
      if (other == null) {
        started.put(name, mine);
      }
    }
    if (!started.isEmpty()) {
      start(started);
    }
    return CompletableFuture.allOf(awaited.values().toArray(CompletableFuture[]::new))
        .thenApply(done -> {
          Map<String, ErrorCode> answers = new HashMap<>();
          awaited.forEach((name, answer) -> answers.put(name, answer.join()));
          return answers;
        });
  }

  private void start(Map<String, CompletableFuture<ErrorCode>> started) {
    createTopics(started.keySet())
        .whenComplete((outcomes, failure) -> {
          underWay.keySet().removeAll(started.keySet());
          if (failure != null) {
            started.values().forEach(answer -> answer.completeExceptionally(failure));
          } else {
            outcomes.forEach(outcome -> {
              CompletableFuture<ErrorCode> answer = started.get(outcome.topic());
              if (answer != null) {
                answer.complete(answer(outcome));
              }
            });
          }
        });
  }

  private CompletableFuture<List<TopicOutcome>> createTopics(Collection<String> names) {
    try {
      List<NewTopic> wanted = new ArrayList<>();
      names.forEach(name -> wanted.add(description.apply(name)));
      return topics.createTopics(wanted, false);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private ErrorCode answer(TopicOutcome outcome) {
    return switch (outcome) {
      case TopicOutcome.Done done -> {
        log.info(
            "Created topic {} with {} partitions, since a client asked for it",
            done.topic(),
            done.info().partitions().size());
        yield ErrorCode.LEADER_NOT_AVAILABLE;
      }
      case TopicOutcome.Failed failed -> {
        if (failed.error() == ErrorCode.TOPIC_ALREADY_EXISTS) {
          yield ErrorCode.LEADER_NOT_AVAILABLE;
        }
        warnings.warn(
            failed.topic(),
            "Cannot create topic %s: %s%s"
                .formatted(failed.topic(), failed.message(), remedy(failed)));
        yield failed.error();
      }
    };
  }

  private static String remedy(TopicOutcome.Failed failed) {
    if (failed.error() != ErrorCode.INVALID_REPLICATION_FACTOR) {
      return "";
    }
    String key =
        switch (failed.topic()) {
          case InternalTopics.CONSUMER_OFFSETS -> "offsets.topic.replication.factor";
          case InternalTopics.TRANSACTION_STATE -> "transaction.state.log.replication.factor";
          default -> "default.replication.factor";
        };
    return " Clients ask again, so starting more brokers is enough; a cluster that has no more of"
        + " them needs a smaller "
        + key;
  }
}
