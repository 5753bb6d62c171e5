package org.odradek.controller.znode;

import java.util.List;

/**
 * The replicas of one partition, the preferred leader first.
 *
 * @param replicas all of them; during a reassignment the target ones followed by those to go
 * @param adding those a reassignment adds (KIP-455), already in {@code replicas}
 * @param removing those it removes when the others have caught up
 */
public record ReplicaAssignment(
    List<Integer> replicas, List<Integer> adding, List<Integer> removing) {

  public ReplicaAssignment {
    replicas = List.copyOf(replicas);
    adding = List.copyOf(adding);
    removing = List.copyOf(removing);
  }

  public static ReplicaAssignment of(List<Integer> replicas) {
    return new ReplicaAssignment(replicas, List.of(), List.of());
  }

  public boolean isBeingReassigned() {
    return !adding.isEmpty() || !removing.isEmpty();
  }
}
