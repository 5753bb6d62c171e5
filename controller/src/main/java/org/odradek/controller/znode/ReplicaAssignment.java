package org.odradek.controller.znode;

import java.util.ArrayList;
import java.util.LinkedHashSet;
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

  /** The replicas as they were before the reassignment: what a cancelled one goes back to. */
  public List<Integer> origin() {
    return without(replicas, adding);
  }

  /** The replicas as they are to be after the reassignment. */
  public List<Integer> target() {
    return without(replicas, removing);
  }

  /**
   * The assignment while the partition moves to {@code newTarget}, from where it is or was before a
   * reassignment that still runs: the new replicas first, then those to go.
   */
  public ReplicaAssignment reassignTo(List<Integer> newTarget) {
    List<Integer> origin = origin();
    LinkedHashSet<Integer> all = new LinkedHashSet<>(newTarget);
    all.addAll(origin);
    List<Integer> full = List.copyOf(all);
    return new ReplicaAssignment(full, without(full, origin), without(full, newTarget));
  }

  /** The assignment once the reassignment is done. */
  public ReplicaAssignment finished() {
    return of(target());
  }

  private static List<Integer> without(List<Integer> ids, List<Integer> excluded) {
    List<Integer> rest = new ArrayList<>(ids);
    rest.removeAll(excluded);
    return rest;
  }
}
