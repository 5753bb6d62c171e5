package org.odradek.broker.group;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.TopicPartition;

/** A consumer that does what Kafka's does: joins, syncs, heartbeats, rejoins when it is told so. */
final class SimulatedMember {
  enum Phase {
    OUTSIDE,
    JOINING,
    SYNCING,
    STABLE,
    /** Crashed, left or fenced for good. */
    GONE
  }

  /** What members say that others may want to check. */
  interface Observer {
    void assigned(SimulatedMember member, int generation, String assignment);

    void acknowledged(SimulatedMember member, long offset);

    /** A request is on its way; the token is handed back when it is answered. */
    Object asked(String what);

    void answered(Object token);
  }

  final String groupId;
  final @Nullable String instance;
  private final boolean requiresId;
  private final int sessionMs;
  private final int rebalanceMs;
  private final Function<String, @Nullable GroupCoordinator> coordinators;
  private final ManualTimer timer;
  private final Observer observer;
  Phase phase = Phase.OUTSIDE;
  String memberId = "";
  int generation = -1;

  /** Found when it is needed; null when the last one said that it is not, or its broker died. */
  private @Nullable GroupCoordinator coordinator;

  /** Who was last asked to let it join, or for its assignment. */
  private @Nullable GroupCoordinator waitsFor;

  /** Counts joins, so that an answer to an abandoned one is not taken. */
  private int attempt;

  SimulatedMember(
      String groupId,
      @Nullable String instance,
      boolean requiresId,
      int sessionMs,
      int rebalanceMs,
      Function<String, @Nullable GroupCoordinator> coordinators,
      ManualTimer timer,
      Observer observer) {
    this.groupId = groupId;
    this.instance = instance;
    this.requiresId = requiresId;
    this.sessionMs = sessionMs;
    this.rebalanceMs = rebalanceMs;
    this.coordinators = coordinators;
    this.timer = timer;
    this.observer = observer;
  }

  private @Nullable GroupCoordinator coordinator() {
    if (coordinator == null) {
      coordinator = coordinators.apply(groupId);
    }
    return coordinator;
  }

  /** The broker of a coordinator died: what was asked of it will not be answered. */
  void disconnected(GroupCoordinator dead) {
    if (coordinator == dead) {
      coordinator = null;
    }
    if (waitsFor == dead && (phase == Phase.JOINING || phase == Phase.SYNCING)) {
      attempt++;
      phase = Phase.OUTSIDE;
    }
  }

  void join() {
    GroupCoordinator coordinator = coordinator();
    if (coordinator == null) {
      phase = Phase.OUTSIDE;
      return;
    }
    phase = Phase.JOINING;
    waitsFor = coordinator;
    int mine = ++attempt;
    Object token = observer.asked("join of " + this);
    coordinator.join(
        new JoinCall(
            groupId,
            memberId,
            instance,
            requiresId && instance == null,
            true,
            "sim",
            "/sim",
            rebalanceMs,
            sessionMs,
            "consumer",
            List.of(new MemberProtocol("range", GroupHarness.subscription("t"))),
            null),
        reply -> {
          observer.answered(token);
          if (phase == Phase.JOINING && attempt == mine) {
            joined(reply);
          }
        });
  }

  private void joined(JoinReply reply) {
    switch (reply.error()) {
      case NONE -> {
        memberId = reply.memberId();
        generation = reply.generation();
        sync(reply);
      }
      case MEMBER_ID_REQUIRED -> {
        memberId = reply.memberId();
        join();
      }
      default -> failed(reply.error());
    }
  }

  private void sync(JoinReply joined) {
    GroupCoordinator coordinator = coordinator();
    if (coordinator == null) {
      phase = Phase.OUTSIDE;
      return;
    }
    phase = Phase.SYNCING;
    waitsFor = coordinator;
    int mine = attempt;
    Map<String, byte[]> assignments = new HashMap<>();
    if (joined.leaderId().equals(memberId) && !joined.skipAssignment()) {
      byte[] content =
          (generation + " by " + memberId + " attempt " + attempt).getBytes(StandardCharsets.UTF_8);
      joined.members().forEach(member -> assignments.put(member.memberId(), content));
    }
    Object token = observer.asked("sync of " + this);
    coordinator.sync(
        new SyncCall(groupId, generation, memberId, instance, "consumer", "range", assignments),
        reply -> {
          observer.answered(token);
          if (phase == Phase.SYNCING && attempt == mine) {
            if (reply.error() == ErrorCode.NONE) {
              phase = Phase.STABLE;
              observer.assigned(
                  this, generation, new String(reply.assignment(), StandardCharsets.UTF_8));
            } else {
              failed(reply.error());
            }
          }
        });
  }

  void heartbeat() {
    GroupCoordinator coordinator = coordinator();
    if (coordinator == null) {
      return;
    }
    Object token = observer.asked("heartbeat of " + this);
    coordinator.heartbeat(
        groupId,
        new MemberIdentity(memberId, instance),
        generation,
        error -> {
          observer.answered(token);
          if (meansAnotherCoordinator(error)) {
            this.coordinator = null; // and goes on as the member that it is
          } else if (phase == Phase.STABLE && error != ErrorCode.NONE) {
            failed(error);
          }
        });
  }

  void commit(TopicPartition partition, long offset) {
    GroupCoordinator coordinator = coordinator();
    if (coordinator == null) {
      return;
    }
    Object token = observer.asked("commit of " + this);
    coordinator.commit(
        new OffsetCommitCall(
            groupId,
            new MemberIdentity(memberId, instance),
            generation,
            List.of(
                new OffsetCommitCall.Commit(
                    partition, new CommittedOffset(offset, -1, "", timer.millis(), -1)))),
        errors -> {
          observer.answered(token);
          if (errors.getFirst() == ErrorCode.NONE) {
            observer.acknowledged(this, offset);
          } else if (meansAnotherCoordinator(errors.getFirst())) {
            this.coordinator = null;
          } else if (errors.getFirst() == ErrorCode.UNKNOWN_SERVER_ERROR) {
            failed(errors.getFirst());
          }
        });
  }

  /** Also while a request waits: the consumer is closed, or an administrator removes it. */
  void leave() {
    phase = Phase.GONE;
    GroupCoordinator coordinator = coordinator();
    if (coordinator == null) {
      return;
    }
    Object token = observer.asked("leave of " + this);
    coordinator.leave(
        groupId,
        List.of(new MemberIdentity(memberId, instance)),
        reply -> observer.answered(token));
  }

  void crash() {
    phase = Phase.GONE;
  }

  private static boolean meansAnotherCoordinator(ErrorCode error) {
    return error == ErrorCode.NOT_COORDINATOR || error == ErrorCode.COORDINATOR_NOT_AVAILABLE;
  }

  private void failed(ErrorCode error) {
    switch (error) {
      case REBALANCE_IN_PROGRESS -> join();
      case FENCED_INSTANCE_ID, GROUP_MAX_SIZE_REACHED -> phase = Phase.GONE;
      case UNKNOWN_MEMBER_ID, ILLEGAL_GENERATION -> {
        memberId = error == ErrorCode.UNKNOWN_MEMBER_ID ? "" : memberId;
        generation = -1;
        phase = Phase.OUTSIDE;
      }
      // Looks for its coordinator, and comes back.
      case NOT_COORDINATOR, COORDINATOR_LOAD_IN_PROGRESS, COORDINATOR_NOT_AVAILABLE -> {
        coordinator = null;
        phase = Phase.OUTSIDE;
      }
      default -> throw new AssertionError("no consumer expects " + error + ": " + this);
    }
  }

  @Override
  public String toString() {
    return groupId
        + "/"
        + (memberId.isEmpty() ? "new" : memberId)
        + (instance == null ? "" : " instance " + instance)
        + " "
        + phase
        + " generation "
        + generation;
  }
}
