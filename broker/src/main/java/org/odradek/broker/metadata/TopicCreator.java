package org.odradek.broker.metadata;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.odradek.protocol.ErrorCode;

/**
 * Creates topics that a client asked about and that do not exist ({@code
 * auto.create.topics.enable}), with the broker's defaults; {@code __consumer_offsets} and {@code
 * __transaction_state} with their own settings.
 *
 * <p>Thread-safety: called from any thread, returns at once.
 */
public interface TopicCreator {

  /** Creates nothing: every topic stays unknown. */
  TopicCreator NONE =
      names -> {
        Map<String, ErrorCode> answers = new HashMap<>();
        names.forEach(name -> answers.put(name, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION));
        return CompletableFuture.completedFuture(answers);
      };

  /**
   * Starts the creation of topics with valid names. The future completes once the controller has
   * taken note (not once there are leaders), with what is to be answered for each name: {@code
   * LEADER_NOT_AVAILABLE} for a topic that was created or was there already, {@code
   * INVALID_REPLICATION_FACTOR} when there are too few brokers, another error otherwise.
   */
  CompletableFuture<Map<String, ErrorCode>> create(Collection<String> names);
}
