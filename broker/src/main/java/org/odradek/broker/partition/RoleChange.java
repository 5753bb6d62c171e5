package org.odradek.broker.partition;

import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.LeaderAndIsrRequest.LeaderAndIsrPartitionState;

/**
 * One partition of a LeaderAndIsr request.
 *
 * @param topicId {@link Uuid#ZERO} if the request has none
 */
record RoleChange(TopicPartition partition, Uuid topicId, LeaderAndIsrPartitionState wanted) {}
