package org.odradek.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.odradek.controller.LeaderElections.Choice;
import org.odradek.controller.znode.PartitionState;

class LeaderElectionsTest {
  private static final List<Integer> REPLICAS = List.of(1, 2, 3);

  private static PartitionState state(int leader, Integer... isr) {
    return new PartitionState(leader, 4, List.of(isr), 1, 7);
  }

  @Test
  void theFirstLeaderIsTheFirstReplicaThatIsThere() {
    assertEquals(
        Optional.of(new Choice(2, List.of(2, 3))),
        LeaderElections.first(REPLICAS, Set.of(2, 3)::contains));
    assertEquals(Optional.empty(), LeaderElections.first(REPLICAS, id -> false));
  }

  @Test
  void anOfflineElectionGoesByAssignmentOrderWithinTheIsr() {
    assertEquals(
        Optional.of(new Choice(2, List.of(3, 2))), // the order of the ISR is kept
        LeaderElections.offline(REPLICAS, state(1, 3, 1, 2), Set.of(2, 3)::contains, false));
    assertEquals(
        Optional.empty(),
        LeaderElections.offline(REPLICAS, state(1, 1), Set.of(2, 3)::contains, false));
    assertEquals(
        Optional.of(new Choice(2, List.of(2))), // what 1 alone had is lost
        LeaderElections.offline(REPLICAS, state(1, 1), Set.of(2, 3)::contains, true));
  }

  @Test
  void thePreferredLeaderMustBeInSync() {
    assertEquals(
        Optional.of(new Choice(1, List.of(3, 1))),
        LeaderElections.preferred(REPLICAS, state(3, 3, 1), id -> true));
    assertEquals(Optional.empty(), LeaderElections.preferred(REPLICAS, state(3, 3), id -> true));
  }

  @Test
  void aBrokerThatStopsLeavesLeadershipAndIsr() {
    assertEquals(
        Optional.of(new Choice(3, List.of(3))),
        LeaderElections.controlledShutdown(
            REPLICAS, state(1, 1, 3), id -> true, Set.of(1)::contains));
    assertEquals(
        Optional.empty(),
        LeaderElections.controlledShutdown(REPLICAS, state(1, 1), id -> true, Set.of(1)::contains));
  }

  @Test
  void theLastInSyncReplicaStaysInTheIsr() {
    assertEquals(List.of(1), state(1, 1).isrWithout(1));
    assertEquals(List.of(3), state(1, 1, 3).isrWithout(1));
    assertEquals(5, state(1, 1, 3).withLeaderAndIsr(-1, List.of(3)).leaderEpoch());
  }

  @Test
  void lifecyclesGoOnlyWhereTheirDiagramsSay() {
    assertTrue(PartitionLifecycle.ONLINE.canFollow(PartitionLifecycle.NEW));
    assertFalse(PartitionLifecycle.ONLINE.canFollow(PartitionLifecycle.NON_EXISTENT));
    assertFalse(PartitionLifecycle.NON_EXISTENT.canFollow(PartitionLifecycle.ONLINE));
    assertTrue(ReplicaLifecycle.DELETION_STARTED.canFollow(ReplicaLifecycle.OFFLINE));
    assertFalse(ReplicaLifecycle.DELETION_STARTED.canFollow(ReplicaLifecycle.ONLINE));
    assertFalse(ReplicaLifecycle.DELETION_SUCCESSFUL.canFollow(ReplicaLifecycle.OFFLINE));
    for (ReplicaLifecycle state : ReplicaLifecycle.values()) {
      assertFalse(ReplicaLifecycle.NEW.canFollow(state) && state != ReplicaLifecycle.NON_EXISTENT);
    }
  }
}
