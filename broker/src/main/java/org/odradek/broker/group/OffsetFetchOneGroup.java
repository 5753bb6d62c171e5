package org.odradek.broker.group;

import java.util.ArrayList;
import java.util.List;
import org.odradek.protocol.message.OffsetFetchRequest;
import org.odradek.protocol.message.OffsetFetchRequest.OffsetFetchRequestGroup;
import org.odradek.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopic;
import org.odradek.protocol.message.OffsetFetchRequest.OffsetFetchRequestTopics;
import org.odradek.protocol.message.OffsetFetchResponse;
import org.odradek.protocol.message.OffsetFetchResponse.OffsetFetchResponseGroup;
import org.odradek.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartition;
import org.odradek.protocol.message.OffsetFetchResponse.OffsetFetchResponsePartitions;
import org.odradek.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopic;
import org.odradek.protocol.message.OffsetFetchResponse.OffsetFetchResponseTopics;

/** OffsetFetch until version 7, about one group: into the shape of version 8, and back. */
final class OffsetFetchOneGroup {
  private static final short FIRST_VERSION_WITH_GROUP_ERROR = 2;

  private OffsetFetchOneGroup() {}

  static OffsetFetchRequestGroup asGroup(OffsetFetchRequest request) {
    OffsetFetchRequestGroup group = new OffsetFetchRequestGroup().groupId(request.groupId());
    List<OffsetFetchRequestTopic> asked = request.topics();
    if (asked == null) {
      return group.topics(null);
    }
    List<OffsetFetchRequestTopics> topics = new ArrayList<>(asked.size());
    for (OffsetFetchRequestTopic topic : asked) {
      topics.add(
          new OffsetFetchRequestTopics()
              .name(topic.name())
              .partitionIndexes(topic.partitionIndexes()));
    }
    return group.topics(topics);
  }

  static OffsetFetchResponse response(
      OffsetFetchRequest request, short version, OffsetFetchResponseGroup group) {
    boolean errorPerPartition = group.errorCode() != 0 && version < FIRST_VERSION_WITH_GROUP_ERROR;
    return new OffsetFetchResponse()
        .errorCode(group.errorCode())
        .topics(errorPerPartition ? failed(request, group.errorCode()) : topics(group));
  }

  private static List<OffsetFetchResponseTopic> topics(OffsetFetchResponseGroup group) {
    List<OffsetFetchResponseTopic> topics = new ArrayList<>(group.topics().size());
    for (OffsetFetchResponseTopics topic : group.topics()) {
      List<OffsetFetchResponsePartition> partitions = new ArrayList<>(topic.partitions().size());
      for (OffsetFetchResponsePartitions partition : topic.partitions()) {
        partitions.add(
            new OffsetFetchResponsePartition()
                .partitionIndex(partition.partitionIndex())
                .committedOffset(partition.committedOffset())
                .committedLeaderEpoch(partition.committedLeaderEpoch())
                .metadata(partition.metadata())
                .errorCode(partition.errorCode()));
      }
      topics.add(new OffsetFetchResponseTopic().name(topic.name()).partitions(partitions));
    }
    return topics;
  }

  /** The oldest versions have no place for an error but the partitions. */
  private static List<OffsetFetchResponseTopic> failed(OffsetFetchRequest request, short code) {
    List<OffsetFetchRequestTopic> asked = request.topics();
    List<OffsetFetchResponseTopic> topics = new ArrayList<>();
    for (OffsetFetchRequestTopic topic :
        asked == null ? List.<OffsetFetchRequestTopic>of() : asked) {
      List<OffsetFetchResponsePartition> partitions =
          new ArrayList<>(topic.partitionIndexes().size());
      for (int partition : topic.partitionIndexes()) {
        partitions.add(
            new OffsetFetchResponsePartition()
                .partitionIndex(partition)
                .committedOffset(-1)
                .metadata("")
                .errorCode(code));
      }
      topics.add(new OffsetFetchResponseTopic().name(topic.name()).partitions(partitions));
    }
    return topics;
  }
}
