package org.odradek.broker.group;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A group: its state, generation, members and offsets. Confined to the owner of the shard. */
final class Group {
  private final String id;
  private final GroupStateMachine state;
  private final GroupMembers members = new GroupMembers();
  private final GroupOffsets offsets = new GroupOffsets();
  private int generation;
  private @Nullable String protocolType;
  private @Nullable String protocolName;
  private @Nullable Set<String> subscribedTopics;

  /** Ends the wait for members to join; non-null while preparing a rebalance. */
  GroupTimer.@Nullable Timeout joinTimeout;

  /** Ends the wait for members to ask for their assignment. */
  GroupTimer.@Nullable Timeout syncTimeout;

  /** The generation whose assignment was last handed to the log; -1 for none. */
  int storingGeneration = -1;

  /** While the group was empty and waits a little for more members, even if all have joined. */
  boolean inInitialDelay;

  /** A member came since the initial delay was last prolonged. */
  boolean memberAddedInInitialDelay;

  private Group(String id, GroupState initial, long sinceMs) {
    this.id = id;
    this.state = new GroupStateMachine(id, initial, sinceMs);
  }

  static Group empty(String id, long nowMs) {
    return new Group(id, GroupState.EMPTY, nowMs);
  }

  /** As the log of the offsets topic describes it. */
  static Group loaded(
      String id,
      int generation,
      @Nullable String protocolType,
      @Nullable String protocolName,
      @Nullable String leaderId,
      long stateSinceMs,
      List<Member> loadedMembers) {
    GroupState initial = loadedMembers.isEmpty() ? GroupState.EMPTY : GroupState.STABLE;
    Group group = new Group(id, initial, stateSinceMs);
    group.generation = generation;
    group.protocolType = protocolType == null || protocolType.isEmpty() ? null : protocolType;
    group.protocolName = protocolName;
    loadedMembers.forEach(group.members::add);
    group.members.loadLeader(leaderId);
    group.subscribedTopics = Subscriptions.of(group);
    return group;
  }

  String id() {
    return id;
  }

  GroupState state() {
    return state.state();
  }

  boolean is(GroupState other) {
    return state.state() == other;
  }

  /** Wall-clock milliseconds of the last change of state; -1 when not known. */
  long stateSinceMs() {
    return state.sinceMs();
  }

  boolean mayRebalance() {
    return state.mayBecome(GroupState.PREPARING_REBALANCE);
  }

  void become(GroupState next, long nowMs) {
    state.become(next, nowMs);
  }

  GroupMembers members() {
    return members;
  }

  GroupOffsets offsets() {
    return offsets;
  }

  int generation() {
    return generation;
  }

  /**
   * What all members are, {@code consumer} or {@code connect}; null while only offsets are kept.
   */
  @Nullable String protocolType() {
    return protocolType;
  }

  @Nullable String protocolName() {
    return protocolName;
  }

  /** The topics that the members consume, as far as their metadata says; null when not known. */
  @Nullable Set<String> subscribedTopics() {
    return subscribedTopics;
  }

  boolean isConsumerGroup() {
    return Subscriptions.CONSUMER_PROTOCOL_TYPE.equals(protocolType);
  }

  void addMember(Member member) {
    if (members.isEmpty()) {
      protocolType = member.protocolType();
    } else if (!member.protocolType().equals(protocolType)) {
      throw new IllegalStateException(
          "member " + member + " is " + member.protocolType() + ", the group is " + protocolType);
    }
    members.add(member);
  }

  /** Whether a member of this type and these protocols can work with the members there are. */
  boolean accepts(String joiningType, List<MemberProtocol> protocols) {
    if (is(GroupState.EMPTY)) {
      return !joiningType.isEmpty() && !protocols.isEmpty();
    }
    return joiningType.equals(protocolType) && members.allOfferOneOf(protocols);
  }

  /** All who are still in the group form the next generation. */
  void nextGeneration(long nowMs) {
    generation++;
    members.expectNoSyncs();
    if (members.isEmpty()) {
      protocolName = null;
      become(GroupState.EMPTY, nowMs);
    } else {
      protocolName = members.selectProtocol();
      become(GroupState.COMPLETING_REBALANCE, nowMs);
    }
    subscribedTopics = Subscriptions.of(this);
  }

  /** Members and their metadata, for the leader. */
  List<JoinReply.JoinedMember> joinedMembers() {
    String protocol = protocolName;
    if (protocol == null) {
      throw new IllegalStateException("group " + id + " has selected no protocol yet");
    }
    List<JoinReply.JoinedMember> joined = new ArrayList<>(members.size());
    for (Member member : members.all()) {
      joined.add(
          new JoinReply.JoinedMember(
              member.id(), member.groupInstanceId(), member.metadata(protocol)));
    }
    return joined;
  }

  void assign(Map<String, byte[]> assignments) {
    for (Member member : members.all()) {
      member.assign(assignments.getOrDefault(member.id(), SyncReply.NO_ASSIGNMENT));
    }
  }

  void cancelJoinTimeout() {
    if (joinTimeout != null) {
      joinTimeout.cancel();
      joinTimeout = null;
    }
  }

  void cancelSyncTimeout() {
    if (syncTimeout != null) {
      syncTimeout.cancel();
      syncTimeout = null;
    }
  }

  /** A simple consumer's group, or one that nobody uses: it never had a generation to record. */
  boolean isRecorded() {
    return generation > 0;
  }

  @Override
  public String toString() {
    return id + " (" + state().wireName() + ", generation " + generation + ")";
  }
}
