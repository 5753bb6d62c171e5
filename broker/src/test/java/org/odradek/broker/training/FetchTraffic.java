package org.odradek.broker.training;

import static org.odradek.broker.training.TopicTraffic.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.odradek.broker.training.TopicTraffic.Topic;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.RecordsPayload;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchRequest.FetchPartition;
import org.odradek.protocol.message.FetchRequest.FetchTopic;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.ListOffsetsRequest;
import org.odradek.protocol.message.ListOffsetsRequest.ListOffsetsPartition;
import org.odradek.protocol.message.ListOffsetsRequest.ListOffsetsTopic;
import org.odradek.protocol.message.ListOffsetsResponse;

/** A consumer without a group. It reads the beginning of each partition over and over. */
final class FetchTraffic {
  private static final int LATEST = -1;
  private static final int EARLIEST = -2;

  private final TrainingConnection connection;
  private final Topic topic;

  FetchTraffic(TrainingConnection connection, Topic topic) {
    this.connection = connection;
    this.topic = topic;
  }

  /** Asks for the first and last offsets in these versions. */
  void listOffsets(int fromVersion, int toVersion) throws IOException {
    for (int version = fromVersion; version <= toVersion; version++) {
      for (int timestamp : new int[] {EARLIEST, LATEST}) {
        var partition = new ListOffsetsPartition().partitionIndex(0).timestamp(timestamp);
        var request =
            new ListOffsetsRequest()
                .replicaId(-1)
                .topics(
                    List.of(
                        new ListOffsetsTopic().name(topic.name()).partitions(List.of(partition))));
        var response =
            connection.ask(ApiKey.LIST_OFFSETS, version, request, ListOffsetsResponse.class);
        check(response.topics().getFirst().partitions().getFirst().errorCode());
      }
    }
  }

  /**
   * Reads in a fetch session of its own: the first request names all partitions, the others those
   * whose offset is another.
   *
   * @param version one with sessions, 7 or later
   */
  void read(int version, int partitionMaxBytes, int requests) throws IOException {
    int sessionId = 0;
    for (int i = 0; i < requests; i++) {
      var response = fetch(version, sessionId, i, partitions(i == 0, i, partitionMaxBytes), 500);
      sessionId = response.sessionId();
      if (sizeInBytes(response) == 0) {
        throw new IOException("nothing to read");
      }
    }
  }

  /** Waits at the end of all partitions: each request comes back with nothing. */
  void waitForMore(int version, int requests, int maxWaitMs) throws IOException {
    var ends = new ArrayList<FetchPartition>();
    for (int p = 0; p < topic.partitions(); p++) {
      ends.add(partition(p, end(p), 1 << 20));
    }
    int sessionId = 0;
    for (int i = 0; i < requests; i++) {
      sessionId = fetch(version, sessionId, i, i == 0 ? ends : List.of(), maxWaitMs).sessionId();
    }
  }

  private long end(int partition) throws IOException {
    var asked = new ListOffsetsPartition().partitionIndex(partition).timestamp(LATEST);
    var request =
        new ListOffsetsRequest()
            .replicaId(-1)
            .topics(List.of(new ListOffsetsTopic().name(topic.name()).partitions(List.of(asked))));
    var response = connection.ask(ApiKey.LIST_OFFSETS, 5, request, ListOffsetsResponse.class);
    return response.topics().getFirst().partitions().getFirst().offset();
  }

  private List<FetchPartition> partitions(boolean all, int request, int maxBytes) {
    var partitions = new ArrayList<FetchPartition>();
    for (int p = 0; p < topic.partitions(); p++) {
      if (all || p == request % topic.partitions()) {
        partitions.add(partition(p, request % 10, maxBytes));
      }
    }
    return partitions;
  }

  private static FetchPartition partition(int partition, long offset, int maxBytes) {
    return new FetchPartition()
        .partition(partition)
        .fetchOffset(offset)
        .currentLeaderEpoch(-1)
        .lastFetchedEpoch(-1)
        .partitionMaxBytes(maxBytes);
  }

  private FetchResponse fetch(
      int version, int sessionId, int epoch, List<FetchPartition> partitions, int maxWaitMs)
      throws IOException {
    var request =
        new FetchRequest()
            .maxWaitMs(maxWaitMs)
            .minBytes(1)
            .maxBytes(50 << 20)
            .sessionId(sessionId)
            .sessionEpoch(epoch);
    if (!partitions.isEmpty()) {
      request.topics(
          List.of(new FetchTopic().topic(topic.name()).topicId(topic.id()).partitions(partitions)));
    }
    var response = connection.ask(ApiKey.FETCH, version, request, FetchResponse.class);
    check(response.errorCode());
    return response;
  }

  private static int sizeInBytes(FetchResponse response) throws IOException {
    int bytes = 0;
    for (var answered : response.responses()) {
      for (var partition : answered.partitions()) {
        check(partition.errorCode());
        RecordsPayload records = partition.records();
        bytes += records == null ? 0 : records.sizeInBytes();
      }
    }
    return bytes;
  }
}
