package org.odradek.broker.group;

/** The states of a classic group; see {@link GroupStateMachine} for what follows what. */
public enum GroupState {
  /** No members; may still hold offsets. */
  EMPTY("Empty"),
  /** Waiting for the members to join the next generation. */
  PREPARING_REBALANCE("PreparingRebalance"),
  /** The generation is fixed; waiting for the leader's assignment. */
  COMPLETING_REBALANCE("CompletingRebalance"),
  /** Every member can have its assignment. */
  STABLE("Stable"),
  /** Deleted, or moved to another broker. */
  DEAD("Dead");

  private final String wireName;

  GroupState(String wireName) {
    this.wireName = wireName;
  }

  /** The name in DescribeGroups and ListGroups. */
  public String wireName() {
    return wireName;
  }
}
