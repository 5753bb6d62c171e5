package org.odradek.broker.group;

import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/** What must hold for every group after every step. */
final class GroupInvariants {
  private final Map<Group, Integer> generations = new IdentityHashMap<>();

  void check(Group group) {
    leaderIsAMember(group);
    generationNeverGoesBack(group);
    countsAreRight(group);
    stateFitsMembers(group);
    everyWaitHasAnEnd(group);
  }

  private static void leaderIsAMember(Group group) {
    String leader = group.members().leaderId();
    require(
        group.members().isEmpty() ? leader == null : leader != null && group.members().has(leader),
        group,
        "leader " + leader);
  }

  private void generationNeverGoesBack(Group group) {
    Integer before = generations.put(group, group.generation());
    require(
        before == null || before <= group.generation(), group, "generation before was " + before);
  }

  private static void countsAreRight(Group group) {
    int awaiting = 0;
    Set<String> instances = new HashSet<>();
    for (Member member : group.members().all()) {
      awaiting += member.isAwaitingJoin() ? 1 : 0;
      String instance = member.groupInstanceId();
      if (instance != null) {
        require(instances.add(instance), group, "instance twice: " + instance);
        require(
            member.id().equals(group.members().idOfInstance(instance)),
            group,
            "instance " + instance + " leads elsewhere than to " + member.id());
      }
      require(!group.members().isPending(member.id()), group, "member is pending too: " + member);
    }
    require(awaiting == group.members().awaitingJoin(), group, "awaiting join: " + awaiting);
  }

  private static void stateFitsMembers(Group group) {
    switch (group.state()) {
      case EMPTY -> require(group.members().isEmpty(), group, "empty with members");
      case PREPARING_REBALANCE -> {}
      case COMPLETING_REBALANCE, STABLE -> {
        require(!group.members().isEmpty(), group, "no members");
        require(group.protocolName() != null, group, "no protocol");
        for (Member member : group.members().all()) {
          require(
              group.is(GroupState.COMPLETING_REBALANCE) || !member.isAwaitingSync(),
              group,
              "assignment kept from " + member);
        }
      }
      case DEAD -> throw new AssertionError(group + " is dead but in the table");
    }
  }

  private static void everyWaitHasAnEnd(Group group) {
    for (Member member : group.members().all()) {
      require(
          member.sessionTimeout != null || member.isAwaitingJoin() || member.isAwaitingSync(),
          group,
          "nobody watches " + member);
    }
    if (group.is(GroupState.PREPARING_REBALANCE)) {
      require(group.joinTimeout != null, group, "waits for ever for members to join");
    } else {
      require(group.joinTimeout == null, group, "a join timeout is left over");
    }
    if (group.is(GroupState.COMPLETING_REBALANCE)) {
      require(
          group.syncTimeout != null || group.members().allSynced(),
          group,
          "waits for ever for members to sync");
    }
  }

  private static void require(boolean holds, Group group, String what) {
    if (!holds) {
      throw new AssertionError(group + " members " + group.members().all() + ": " + what);
    }
  }
}
