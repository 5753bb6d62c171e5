package org.odradek.controller.topic;

/**
 * What a topic gets when its maker does not say.
 *
 * @param partitionCount {@code num.partitions}
 * @param replicationFactor {@code default.replication.factor}
 */
public record TopicDefaults(int partitionCount, int replicationFactor) {}
