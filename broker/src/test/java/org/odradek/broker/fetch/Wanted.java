package org.odradek.broker.fetch;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.odradek.broker.partition.TestBroker;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchRequest.FetchPartition;
import org.odradek.protocol.message.FetchRequest.FetchTopic;

/** A partition that a test fetches from. */
record Wanted(String topic, FetchPartition partition) {

  /** At most 1 MB, from an offset on. */
  static Wanted at(String topic, int partition, long offset) {
    return new Wanted(
        topic,
        new FetchPartition().partition(partition).fetchOffset(offset).partitionMaxBytes(1_000_000));
  }

  /** A request for at most 10 MB; the broker knows the ids of its topics. */
  static FetchRequest request(TestBroker broker, int minBytes, int maxWaitMs, Wanted... wanted) {
    List<FetchTopic> topics = new ArrayList<>();
    for (String topic : Arrays.stream(wanted).map(Wanted::topic).distinct().toList()) {
      topics.add(
          new FetchTopic()
              .topic(topic)
              .topicId(broker.topicId(topic))
              .partitions(
                  Arrays.stream(wanted)
                      .filter(w -> w.topic.equals(topic))
                      .map(Wanted::partition)
                      .toList()));
    }
    return new FetchRequest()
        .minBytes(minBytes)
        .maxWaitMs(maxWaitMs)
        .maxBytes(10_000_000)
        .topics(topics);
  }

  Wanted currentLeaderEpoch(int epoch) {
    partition.currentLeaderEpoch(epoch);
    return this;
  }

  Wanted lastFetchedEpoch(int epoch) {
    partition.lastFetchedEpoch(epoch);
    return this;
  }

  Wanted partitionMaxBytes(int bytes) {
    partition.partitionMaxBytes(bytes);
    return this;
  }
}
