package org.odradek.controller;

/** Settings of elections that a test changes. */
final class SettableElections implements ElectionSettings {
  volatile boolean unclean;
  volatile boolean rebalance;
  volatile long checkIntervalMs = 300_000;

  @Override
  public boolean isUncleanElectionEnabled() {
    return unclean;
  }

  @Override
  public boolean isAutoRebalanceEnabled() {
    return rebalance;
  }

  @Override
  public long imbalanceCheckIntervalMs() {
    return checkIntervalMs;
  }

  @Override
  public int imbalancePerBrokerPercentage() {
    return 10;
  }
}
