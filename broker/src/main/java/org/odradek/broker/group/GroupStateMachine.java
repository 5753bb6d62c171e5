package org.odradek.broker.group;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/**
 * The state of one group and when it was entered. Legal transitions:
 *
 * <pre>
 *            join                    all joined, or time is up
 *   Empty ---------> Preparing ----------------------------> Completing
 *     ^              Rebalance <---------------------------- Rebalance
 *     |               |     ^     member joins, leaves, fails     |
 *     +---------------+     |                                     | leader's assignment
 *       nobody left         +------------- Stable <---------------+ is stored
 *
 *   any ---> Dead (group deleted, partition moved away)
 * </pre>
 *
 * Confined to the owner of the group.
 */
final class GroupStateMachine {
  private static final Map<GroupState, Set<GroupState>> SUCCESSORS =
      new EnumMap<>(
          Map.of(
              GroupState.EMPTY, EnumSet.of(GroupState.PREPARING_REBALANCE, GroupState.DEAD),
              GroupState.PREPARING_REBALANCE,
                  EnumSet.of(GroupState.COMPLETING_REBALANCE, GroupState.EMPTY, GroupState.DEAD),
              GroupState.COMPLETING_REBALANCE,
                  EnumSet.of(GroupState.STABLE, GroupState.PREPARING_REBALANCE, GroupState.DEAD),
              GroupState.STABLE, EnumSet.of(GroupState.PREPARING_REBALANCE, GroupState.DEAD),
              GroupState.DEAD, EnumSet.noneOf(GroupState.class)));

  private final String groupId;
  private GroupState state;
  private long sinceMs;

  /**
   * @param sinceMs wall-clock milliseconds of entering {@code state}, -1 when the log does not say
   */
  GroupStateMachine(String groupId, GroupState state, long sinceMs) {
    this.groupId = groupId;
    this.state = state;
    this.sinceMs = sinceMs;
  }

  GroupState state() {
    return state;
  }

  /** Wall-clock milliseconds of the last transition; -1 when not known. */
  long sinceMs() {
    return sinceMs;
  }

  boolean mayBecome(GroupState next) {
    return SUCCESSORS.getOrDefault(state, Set.of()).contains(next);
  }

  void become(GroupState next, long nowMs) {
    if (!mayBecome(next)) {
      throw new IllegalStateException(
          "group " + groupId + " cannot go from " + state.wireName() + " to " + next.wireName());
    }
    state = next;
    sinceMs = nowMs;
  }
}
