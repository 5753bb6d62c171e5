package org.odradek.controller;

/**
 * Settings of elections that may change while the broker runs.
 *
 * <p>Thread-safety: called on the controller's thread, must not block.
 */
public interface ElectionSettings {

  /** Kafka's defaults, with no rebalancing by itself. */
  ElectionSettings FIXED =
      new ElectionSettings() {
        @Override
        public boolean isUncleanElectionEnabled() {
          return false;
        }

        @Override
        public boolean isAutoRebalanceEnabled() {
          return false;
        }

        @Override
        public long imbalanceCheckIntervalMs() {
          return 300_000;
        }

        @Override
        public int imbalancePerBrokerPercentage() {
          return 10;
        }
      };

  /**
   * {@code unclean.leader.election.enable} of topics that do not set it: whether a replica may lead
   * that has not all committed records when no other is there.
   */
  boolean isUncleanElectionEnabled();

  /** {@code auto.leader.rebalance.enable}. */
  boolean isAutoRebalanceEnabled();

  /** {@code leader.imbalance.check.interval.seconds}, in ms. */
  long imbalanceCheckIntervalMs();

  /**
   * {@code leader.imbalance.per.broker.percentage}: of the partitions whose first replica a broker
   * has, how many it may not lead before they are given back to it.
   */
  int imbalancePerBrokerPercentage();
}
