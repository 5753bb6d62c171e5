package org.odradek.broker.fetch;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.config.ConfigException;

/**
 * Tells a consumer from which replica to read (KIP-392), {@code replica.selector.class}. Those that
 * Kafka ships are known here by its names; classes of others are not loaded.
 */
public enum ReplicaSelector {
  /** The leader, always. */
  LEADER {
    @Override
    int select(String rack, Candidate leader, List<Candidate> followers) {
      return leader.brokerId();
    }
  },

  /** A replica in the consumer's rack: the leader if it is, else the one that is furthest. */
  RACK_AWARE {
    @Override
    int select(String rack, Candidate leader, List<Candidate> followers) {
      if (rack.isEmpty() || rack.equals(leader.rack())) {
        return leader.brokerId();
      }
      return followers.stream()
          .filter(follower -> rack.equals(follower.rack()))
          .max(FURTHEST)
          .orElse(leader)
          .brokerId();
    }
  };

  private static final String PACKAGE = "org.apache.kafka.common.replica.";
  private static final Comparator<Candidate> FURTHEST =
      Comparator.comparingLong(Candidate::logEndOffset)
          .thenComparingLong(Candidate::lastCaughtUpMs)
          .thenComparingInt(Candidate::brokerId);

  /**
   * A replica that has what the consumer asks for.
   *
   * @param rack null if its broker names none
   */
  record Candidate(int brokerId, @Nullable String rack, long logEndOffset, long lastCaughtUpMs) {}

  /**
   * @param className null or empty for none
   * @throws ConfigException for a class that is not known here
   */
  public static ReplicaSelector of(@Nullable String className) {
    return switch (className) {
      case null -> LEADER;
      case "", PACKAGE + "LeaderSelector" -> LEADER;
      case PACKAGE + "RackAwareReplicaSelector" -> RACK_AWARE;
      default ->
          throw new ConfigException(
              "replica.selector.class",
              className,
              "Only " + PACKAGE + "RackAwareReplicaSelector and LeaderSelector are known");
    };
  }

  /** The broker to read from. */
  abstract int select(String rack, Candidate leader, List<Candidate> followers);
}
