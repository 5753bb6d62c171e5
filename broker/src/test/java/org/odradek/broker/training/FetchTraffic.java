package org.odradek.broker.training;

import static org.odradek.broker.training.TopicTraffic.check;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.odradek.broker.network.ClientConnection;
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

/** A consumer without a group. It reads all over each partition, wherever an index may lead it. */
final class FetchTraffic {
  private static final int LATEST = -1;
  private static final int EARLIEST = -2;

  /** Offsets from one read to the next, a prime so that all of a partition is read. */
  private static final int STEP = 379;

  private final ClientConnection connection;
  private final Topic topic;

  FetchTraffic(ClientConnection connection, Topic topic) {
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
    long[] ends = ends();
    int sessionId = 0;
    for (int i = 0; i < requests; i++) {
      var named = new ArrayList<FetchPartition>();
      for (int p = 0; p < ends.length; p++) {
        if (i == 0 || p == i % ends.length) {
          named.add(partition(p, i * (long) STEP % Math.max(1, ends[p]), partitionMaxBytes));
        }
      }
      var response = fetch(version, sessionId, i, named, 500);
      sessionId = response.sessionId();
      if (sizeInBytes(response) == 0) {
        throw new IOException("nothing to read");
      }
    }
  }

  /** Waits at the end of all partitions: each request comes back with nothing. */
  void waitForMore(int version, int requests, int maxWaitMs) throws IOException {
    long[] ends = ends();
    var named = new ArrayList<FetchPartition>();
    for (int p = 0; p < ends.length; p++) {
      named.add(partition(p, ends[p], 1 << 20));
    }
    int sessionId = 0;
    for (int i = 0; i < requests; i++) {
      sessionId = fetch(version, sessionId, i, i == 0 ? named : List.of(), maxWaitMs).sessionId();
    }
  }

  private long[] ends() throws IOException {
    long[] ends = new long[topic.partitions()];
    for (int p = 0; p < ends.length; p++) {
      ends[p] = end(p);
    }
    return ends;
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
