package org.odradek.broker.metadata;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.odradek.controller.topic.NewTopic;
import org.odradek.controller.topic.TopicAdmin;
import org.odradek.controller.topic.TopicOutcome;
import org.odradek.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates topics through ZooKeeper as the tools do.
 *
 * <p>Thread-safety: any thread, nothing blocks.
 */
public final class AutoTopicCreation implements TopicCreator {
  private static final Logger log = LoggerFactory.getLogger(AutoTopicCreation.class);

  private final TopicAdmin topics;
  private final Function<String, NewTopic> description;

  /**
   * @param description what a topic of that name is to be like
   */
  public AutoTopicCreation(TopicAdmin topics, Function<String, NewTopic> description) {
    this.topics = topics;
    this.description = description;
  }

  @Override
  public CompletableFuture<Map<String, ErrorCode>> create(Collection<String> names) {
    List<NewTopic> wanted = new ArrayList<>();
    names.forEach(name -> wanted.add(description.apply(name)));
    return topics
        .createTopics(wanted, false)
        .thenApply(outcomes -> {
          Map<String, ErrorCode> answers = new HashMap<>();
          outcomes.forEach(outcome -> answers.put(outcome.topic(), answer(outcome)));
          return answers;
        });
  }

  private static ErrorCode answer(TopicOutcome outcome) {
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
        log.warn("Cannot create topic {}: {}", failed.topic(), failed.message());
        yield failed.error();
      }
    };
  }
}
