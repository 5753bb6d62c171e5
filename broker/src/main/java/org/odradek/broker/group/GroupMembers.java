package org.odradek.broker.group;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;

/**
 * Who is in a group: members in the order they came, the leader, static instances, ids that were
 * handed out and not used yet, and who waits for what. Confined to the owner of the group.
 */
final class GroupMembers {
  private final Map<String, Member> byId = new LinkedHashMap<>();
  private final Map<String, String> idByInstance = new HashMap<>();
  private final Map<String, GroupTimer.Timeout> pending = new LinkedHashMap<>();
  private final Set<String> notSynced = new LinkedHashSet<>();
  private final Map<String, Integer> offeredBy = new HashMap<>();
  private int awaitingJoin;
  private @Nullable String leaderId;

  boolean isEmpty() {
    return byId.isEmpty();
  }

  int size() {
    return byId.size();
  }

  boolean has(String memberId) {
    return byId.containsKey(memberId);
  }

  @Nullable Member find(String memberId) {
    return byId.get(memberId);
  }

  Member get(String memberId) {
    Member member = byId.get(memberId);
    if (member == null) {
      throw new IllegalStateException("no member " + memberId + " among " + byId.keySet());
    }
    return member;
  }

  /** A view, in the order of joining. */
  Collection<Member> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  /** A copy, for loops that remove members. */
  List<Member> snapshot() {
    return new ArrayList<>(byId.values());
  }

  @Nullable String leaderId() {
    return leaderId;
  }

  boolean isLeader(String memberId) {
    return memberId.equals(leaderId);
  }

  void add(Member member) {
    if (byId.putIfAbsent(member.id(), member) != null) {
      throw new IllegalStateException("member " + member + " is in the group already");
    }
    pendingDone(member.id());
    String instance = member.groupInstanceId();
    if (instance != null) {
      String other = idByInstance.putIfAbsent(instance, member.id());
      if (other != null) {
        throw new IllegalStateException(
            "instance " + instance + " is member " + other + ", not " + member.id());
      }
    }
    countProtocols(member.protocols(), 1);
    if (member.isAwaitingJoin()) {
      awaitingJoin++;
    }
    if (leaderId == null) {
      leaderId = member.id();
    }
  }

  /** Restores the leader that the log says. */
  void loadLeader(@Nullable String memberId) {
    if (memberId != null && byId.containsKey(memberId)) {
      leaderId = memberId;
    }
  }

  /** Removes a member; whatever it waits for is answered UNKNOWN_MEMBER_ID, so that it rejoins. */
  void remove(Member member) {
    answerJoin(member, JoinReply.failed("", ErrorCode.UNKNOWN_MEMBER_ID));
    answerSync(member, SyncReply.failed(ErrorCode.UNKNOWN_MEMBER_ID));
    if (!byId.remove(member.id(), member)) {
      throw new IllegalStateException("member " + member + " is not in the group");
    }
    member.cancelSession();
    countProtocols(member.protocols(), -1);
    notSynced.remove(member.id());
    String instance = member.groupInstanceId();
    if (instance != null) {
      idByInstance.remove(instance, member.id());
    }
    if (isLeader(member.id())) {
      leaderId = byId.isEmpty() ? null : byId.keySet().iterator().next();
    }
  }

  /** A static member goes on under a new id; what the old one still waits for is fenced. */
  void replaceStatic(Member member, String newId, String clientId, String clientHost) {
    String oldId = member.id();
    String instance = member.groupInstanceId();
    if (instance == null || byId.get(oldId) != member) {
      throw new IllegalStateException("not a static member of the group: " + member);
    }
    answerJoin(member, JoinReply.failed(oldId, ErrorCode.FENCED_INSTANCE_ID));
    answerSync(member, SyncReply.failed(ErrorCode.FENCED_INSTANCE_ID));
    byId.remove(oldId);
    member.becomeInstance(newId, clientId, clientHost);
    byId.put(newId, member);
    idByInstance.put(instance, newId);
    if (isLeader(oldId)) {
      leaderId = newId;
    }
    if (notSynced.remove(oldId)) {
      notSynced.add(newId);
    }
  }

  @Nullable String idOfInstance(String groupInstanceId) {
    return idByInstance.get(groupInstanceId);
  }

  void update(
      Member member, List<MemberProtocol> protocols, int rebalanceTimeoutMs, int sessionTimeoutMs) {
    countProtocols(member.protocols(), -1);
    member.update(protocols, rebalanceTimeoutMs, sessionTimeoutMs);
    countProtocols(protocols, 1);
  }

  // --- ids handed out to members that have not joined with them yet (KIP-394)

  void addPending(String memberId, GroupTimer.Timeout expiry) {
    GroupTimer.Timeout before = pending.put(memberId, expiry);
    if (before != null) {
      throw new IllegalStateException("member id " + memberId + " was handed out already");
    }
  }

  boolean isPending(String memberId) {
    return pending.containsKey(memberId);
  }

  boolean hasPending() {
    return !pending.isEmpty();
  }

  void pendingDone(String memberId) {
    GroupTimer.Timeout expiry = pending.remove(memberId);
    if (expiry != null) {
      expiry.cancel();
    }
  }

  void clearPending() {
    pending.values().forEach(GroupTimer.Timeout::cancel);
    pending.clear();
  }

  // --- who waits

  void awaitJoin(Member member, Consumer<JoinReply> reply) {
    // The member asks again while an earlier request waits: its connection was lost, or it gave up.
    answerJoin(member, JoinReply.failed(member.id(), ErrorCode.REBALANCE_IN_PROGRESS));
    member.awaitingJoin = reply;
    if (byId.get(member.id()) == member) {
      awaitingJoin++;
    }
  }

  void answerJoin(Member member, JoinReply reply) {
    Consumer<JoinReply> waiting = member.awaitingJoin;
    if (waiting != null) {
      member.awaitingJoin = null;
      if (byId.get(member.id()) == member) {
        awaitingJoin--;
      }
      waiting.accept(reply);
    }
  }

  void awaitSync(Member member, Consumer<SyncReply> reply) {
    answerSync(member, SyncReply.failed(ErrorCode.REBALANCE_IN_PROGRESS));
    member.awaitingSync = reply;
  }

  /** Returns whether the member was waiting. */
  boolean answerSync(Member member, SyncReply reply) {
    Consumer<SyncReply> waiting = member.awaitingSync;
    if (waiting == null) {
      return false;
    }
    member.awaitingSync = null;
    waiting.accept(reply);
    return true;
  }

  int awaitingJoin() {
    return awaitingJoin;
  }

  boolean allJoined() {
    return awaitingJoin == byId.size() && pending.isEmpty();
  }

  /** All members have yet to ask for the assignment of a new generation. */
  void expectSyncs() {
    notSynced.clear();
    notSynced.addAll(byId.keySet());
  }

  void expectNoSyncs() {
    notSynced.clear();
  }

  void synced(String memberId) {
    notSynced.remove(memberId);
  }

  boolean allSynced() {
    return notSynced.isEmpty();
  }

  List<String> notSynced() {
    return List.copyOf(notSynced);
  }

  // --- what they agree on

  /** The largest of all members, in milliseconds; 0 without members. */
  int rebalanceTimeoutMs() {
    int longest = 0;
    for (Member member : byId.values()) {
      longest = Math.max(longest, member.rebalanceTimeoutMs());
    }
    return longest;
  }

  /** Keeps the leader if it has joined, or else picks another that has; false if nobody has. */
  boolean electJoinedLeader() {
    String current = leaderId;
    if (current == null) {
      return false;
    }
    if (get(current).isAwaitingJoin()) {
      return true;
    }
    for (Member member : byId.values()) {
      if (member.isAwaitingJoin()) {
        leaderId = member.id();
        return true;
      }
    }
    return false;
  }

  /** Whether one of the protocols is offered by every member there is. */
  boolean allOfferOneOf(List<MemberProtocol> protocols) {
    for (MemberProtocol protocol : protocols) {
      if (offeredBy.getOrDefault(protocol.name(), 0) == byId.size()) {
        return true;
      }
    }
    return false;
  }

  /** The protocol with most votes among those that all offer; of equals, the one voted first. */
  String selectProtocol() {
    Set<String> candidates = new HashSet<>();
    offeredBy.forEach((name, members) -> {
      if (members == byId.size()) {
        candidates.add(name);
      }
    });
    Map<String, Integer> votes = new LinkedHashMap<>();
    byId.values().forEach(member -> votes.merge(member.vote(candidates), 1, Integer::sum));
    String selected = null;
    int most = 0;
    for (Map.Entry<String, Integer> vote : votes.entrySet()) {
      if (vote.getValue() > most) {
        most = vote.getValue();
        selected = vote.getKey();
      }
    }
    if (selected == null) {
      throw new IllegalStateException("a group without members has no protocol to select");
    }
    return selected;
  }

  /** Counts members, not offers: one may name the same protocol twice. */
  private void countProtocols(List<MemberProtocol> protocols, int delta) {
    Set<String> names = new HashSet<>();
    for (MemberProtocol protocol : protocols) {
      if (names.add(protocol.name())) {
        offeredBy.merge(
            protocol.name(), delta, (a, b) -> a + b == 0 ? null : Integer.valueOf(a + b));
      }
    }
  }
}
