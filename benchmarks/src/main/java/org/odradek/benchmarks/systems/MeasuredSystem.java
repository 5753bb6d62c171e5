package org.odradek.benchmarks.systems;

import java.util.Arrays;
import java.util.stream.Collectors;

/** The systems that can be compared. */
public enum MeasuredSystem {
  ODRADEK("odradek", "", true),
  KAFKA_3_9("kafka-3.9.2", "3.9.2", true),
  KAFKA_4_3("kafka-4.3.1", "4.3.1", false);

  private final String label;
  private final String stockVersion;
  private final boolean usesZooKeeper;

  MeasuredSystem(String label, String stockVersion, boolean usesZooKeeper) {
    this.label = label;
    this.stockVersion = stockVersion;
    this.usesZooKeeper = usesZooKeeper;
  }

  /** Its name in options, tables and files. */
  public String label() {
    return label;
  }

  public boolean isStock() {
    return !stockVersion.isEmpty();
  }

  /** The version of stock Kafka, empty for our own broker. */
  public String stockVersion() {
    return stockVersion;
  }

  /**
   * Whether it needs a ZooKeeper server; else the broker is its own controller (KRaft, combined).
   */
  public boolean usesZooKeeper() {
    return usesZooKeeper;
  }

  /**
   * The system with this label.
   *
   * @throws IllegalArgumentException naming those that there are
   */
  public static MeasuredSystem named(String label) {
    return Arrays.stream(values())
        .filter(system -> system.label.equals(label))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "no system "
                    + label
                    + "; there are "
                    + Arrays.stream(values()).map(s -> s.label).collect(Collectors.joining(", "))));
  }
}
