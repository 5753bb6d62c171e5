package org.odradek.broker.group;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One member of a group. Whether it waits for an answer is changed through {@link GroupMembers}
 * only, which counts those that wait. Confined to the owner of the group.
 */
final class Member {
  private String id;
  private final @Nullable String groupInstanceId;
  private String clientId;
  private String clientHost;
  private final String protocolType;
  private int rebalanceTimeoutMs;
  private int sessionTimeoutMs;
  private List<MemberProtocol> protocols;
  private byte[] assignment = SyncReply.NO_ASSIGNMENT;
  private boolean inFirstJoin;

  @Nullable Consumer<JoinReply> awaitingJoin;
  @Nullable Consumer<SyncReply> awaitingSync;

  /** On the timer's clock; what {@link MemberSessions} keeps for this member. */
  long sessionDeadlineMs;

  GroupTimer.@Nullable Timeout sessionTimeout;
  long sessionTimeoutFiresAtMs;

  Member(
      String id,
      @Nullable String groupInstanceId,
      String clientId,
      String clientHost,
      String protocolType,
      int rebalanceTimeoutMs,
      int sessionTimeoutMs,
      List<MemberProtocol> protocols) {
    this.id = id;
    this.groupInstanceId = groupInstanceId;
    this.clientId = clientId;
    this.clientHost = clientHost;
    this.protocolType = protocolType;
    this.rebalanceTimeoutMs = rebalanceTimeoutMs;
    this.sessionTimeoutMs = sessionTimeoutMs;
    this.protocols = List.copyOf(protocols);
  }

  static Member joining(String id, JoinCall call) {
    Member member =
        new Member(
            id,
            call.groupInstanceId(),
            call.clientId(),
            call.clientHost(),
            call.protocolType(),
            call.rebalanceTimeoutMs(),
            call.sessionTimeoutMs(),
            call.protocols());
    member.inFirstJoin = true;
    return member;
  }

  String id() {
    return id;
  }

  @Nullable String groupInstanceId() {
    return groupInstanceId;
  }

  boolean isStatic() {
    return groupInstanceId != null;
  }

  String clientId() {
    return clientId;
  }

  String clientHost() {
    return clientHost;
  }

  String protocolType() {
    return protocolType;
  }

  int rebalanceTimeoutMs() {
    return rebalanceTimeoutMs;
  }

  int sessionTimeoutMs() {
    return sessionTimeoutMs;
  }

  List<MemberProtocol> protocols() {
    return protocols;
  }

  byte[] assignment() {
    return assignment;
  }

  void assign(byte[] newAssignment) {
    assignment = newAssignment;
  }

  /**
   * True until the first generation with this member begins: it cannot heartbeat before, since it
   * does not know its id.
   */
  boolean inFirstJoin() {
    return inFirstJoin;
  }

  void firstJoinDone() {
    inFirstJoin = false;
  }

  boolean isAwaitingJoin() {
    return awaitingJoin != null;
  }

  boolean isAwaitingSync() {
    return awaitingSync != null;
  }

  /** Its metadata for a protocol; empty when it does not offer that one. */
  byte[] metadata(String protocolName) {
    for (MemberProtocol protocol : protocols) {
      if (protocol.name().equals(protocolName)) {
        return protocol.metadata();
      }
    }
    return SyncReply.NO_ASSIGNMENT;
  }

  /** Whether it joins with the very protocols and metadata that are known already. */
  boolean offers(List<MemberProtocol> others) {
    if (protocols.size() != others.size()) {
      return false;
    }
    for (int i = 0; i < protocols.size(); i++) {
      MemberProtocol mine = protocols.get(i);
      MemberProtocol other = others.get(i);
      if (!mine.name().equals(other.name()) || !Arrays.equals(mine.metadata(), other.metadata())) {
        return false;
      }
    }
    return true;
  }

  /** The first of its protocols that is among {@code candidates}. */
  String vote(Set<String> candidates) {
    for (MemberProtocol protocol : protocols) {
      if (candidates.contains(protocol.name())) {
        return protocol.name();
      }
    }
    List<String> offered = new ArrayList<>();
    protocols.forEach(protocol -> offered.add(protocol.name()));
    throw new IllegalStateException(
        "member " + id + " offers " + offered + ", none of the candidates " + candidates);
  }

  /** Called by {@link GroupMembers} only, which keeps count of the protocols. */
  void update(List<MemberProtocol> newProtocols, int rebalanceTimeoutMs, int sessionTimeoutMs) {
    this.protocols = List.copyOf(newProtocols);
    this.rebalanceTimeoutMs = rebalanceTimeoutMs;
    this.sessionTimeoutMs = sessionTimeoutMs;
  }

  /** A static member came back, perhaps from another host, and has a new id. */
  void becomeInstance(String newId, String newClientId, String newClientHost) {
    id = newId;
    clientId = newClientId;
    clientHost = newClientHost;
  }

  void cancelSession() {
    if (sessionTimeout != null) {
      sessionTimeout.cancel();
      sessionTimeout = null;
    }
  }

  @Override
  public String toString() {
    return groupInstanceId == null ? id : id + " (instance " + groupInstanceId + ")";
  }
}
