package org.odradek.controller;

import org.odradek.controller.znode.PartitionState;
import org.odradek.controller.znode.ReplicaAssignment;
import org.odradek.protocol.TopicPartition;

/**
 * A partition that is being moved to other replicas.
 *
 * @param leader a broker id, or {@link PartitionState#NO_LEADER}
 */
public record RunningReassignment(
    TopicPartition partition, ReplicaAssignment assignment, int leader) {}
