package org.odradek.controller.znode;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.Uuid;

/**
 * What {@code /brokers/topics/x} says: id and assignment.
 *
 * @param id null when the node was written by a tool or broker older than topic ids (KIP-516)
 * @param partitions by partition number; usually from 0 without a gap
 */
public record TopicInfo(
    String name, @Nullable Uuid id, SortedMap<Integer, ReplicaAssignment> partitions) {

  public TopicInfo {
    partitions = Collections.unmodifiableSortedMap(new TreeMap<>(partitions));
  }

  public TopicInfo withId(Uuid topicId) {
    return new TopicInfo(name, topicId, partitions);
  }
}
