package org.odradek.controller;

import org.odradek.protocol.ApiKey;

/**
 * In which versions the controller speaks to brokers. All of a cluster use those of the {@code
 * inter.broker.protocol.version} that its oldest broker knows.
 */
public record ControlRequestVersions(short leaderAndIsr, short stopReplica, short updateMetadata) {

  /** Those of Kafka 3.9, the last release with ZooKeeper. */
  public static final ControlRequestVersions NEWEST =
      new ControlRequestVersions((short) 7, (short) 4, (short) 8);

  /** Those of Kafka's protocol version 2.4-IV0. */
  public static final ControlRequestVersions OLDEST =
      new ControlRequestVersions((short) 3, (short) 1, (short) 5);

  public ControlRequestVersions {
    check("LeaderAndIsr", leaderAndIsr, 3, 7);
    check("StopReplica", stopReplica, 1, 4);
    check("UpdateMetadata", updateMetadata, 5, 8);
  }

  private static void check(String api, short version, int min, int max) {
    if (version < min || version > max) {
      throw new IllegalArgumentException(
          "%s version %d is not one of %d to %d".formatted(api, version, min, max));
    }
  }

  short version(ApiKey apiKey) {
    return switch (apiKey) {
      case LEADER_AND_ISR -> leaderAndIsr;
      case STOP_REPLICA -> stopReplica;
      case UPDATE_METADATA -> updateMetadata;
      default -> throw new IllegalArgumentException(apiKey + " is not a control request");
    };
  }
}
