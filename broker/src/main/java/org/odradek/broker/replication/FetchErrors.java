package org.odradek.broker.replication;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** The errors of one answer of a leader, told together: there may be thousands alike. */
final class FetchErrors {
  private static final Logger logger = LoggerFactory.getLogger(FetchErrors.class);
  private static final int NAMED = 5;

  private final String name;
  private final Map<ErrorCode, List<TopicPartition>> byCode = new EnumMap<>(ErrorCode.class);

  /**
   * @param name of the fetcher
   */
  FetchErrors(String name) {
    this.name = name;
  }

  void add(ErrorCode code, TopicPartition partition) {
    byCode.computeIfAbsent(code, first -> new ArrayList<>()).add(partition);
  }

  void log() {
    byCode.forEach((code, of) ->
        logger
            .atLevel(isPassing(code) ? Level.INFO : Level.WARN)
            .log(
                "{}: the leader answers {} for {} partitions: {}{}",
                name,
                code,
                of.size(),
                of.subList(0, Math.min(NAMED, of.size())),
                of.size() > NAMED ? " and others" : ""));
  }

  /** What is seen while a change of leaders has reached some brokers and not yet others. */
  private static boolean isPassing(ErrorCode code) {
    return switch (code) {
      case NOT_LEADER_OR_FOLLOWER,
          FENCED_LEADER_EPOCH,
          UNKNOWN_LEADER_EPOCH,
          UNKNOWN_TOPIC_ID,
          UNKNOWN_TOPIC_OR_PARTITION ->
          true;
      default -> false;
    };
  }
}
