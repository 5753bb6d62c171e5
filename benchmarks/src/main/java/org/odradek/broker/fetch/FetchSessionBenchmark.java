package org.odradek.broker.fetch;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchRequest.FetchPartition;
import org.odradek.protocol.message.FetchRequest.FetchTopic;
import org.odradek.protocol.message.FetchResponse.PartitionData;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The bookkeeping of a fetch session for one incremental request: what it changes is taken in, its
 * partitions are listed, and it is found out of which the response tells. In this package since
 * sessions are not for others.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class FetchSessionBenchmark {
  private static final short VERSION = 13;
  private static final Uuid TOPIC = new Uuid(1, 2);

  @Param("1000")
  int partitions;

  /** How many of the partitions the request moves on, and the response has something of. */
  @Param({"0", "10", "1000"})
  int active;

  private final FetchSessions sessions = new FetchSessions(10, () -> 0L, () -> 4_711);
  private final List<PartitionData> answers = new ArrayList<>();
  private int sessionId;
  private int epoch;
  private long offset;

  @Setup
  public void open() {
    FetchSessions.Scope opened = sessions.open(request(0, partitions), VERSION);
    sessionId = opened.sessionId();
    for (int p = 0; p < partitions; p++) {
      answers.add(new PartitionData().partitionIndex(p).highWatermark(0).logStartOffset(0));
    }
    answer(opened, true);
  }

  private FetchRequest request(int sessionEpoch, int changed) {
    var wanted = new ArrayList<FetchPartition>();
    for (int p = 0; p < changed; p++) {
      wanted.add(new FetchPartition().partition(p).fetchOffset(offset).partitionMaxBytes(1 << 20));
    }
    List<FetchTopic> topics =
        changed == 0 ? List.of() : List.of(new FetchTopic().topicId(TOPIC).partitions(wanted));
    return new FetchRequest().sessionId(sessionId).sessionEpoch(sessionEpoch).topics(topics);
  }

  private int answer(FetchSessions.Scope scope, boolean isFirst) {
    FetchSession session = scope.session();
    int told = 0;
    for (FetchTarget target : scope.targets()) {
      if (session == null
          || session.answers(target.key(), answers.get(target.partition()), isFirst)) {
        told++;
      }
    }
    return told;
  }

  @Benchmark
  public int incrementalFetch() {
    offset++;
    for (int p = 0; p < active; p++) {
      answers.get(p).highWatermark(offset);
    }
    epoch = epoch == Integer.MAX_VALUE ? 1 : epoch + 1;
    int told = answer(sessions.open(request(epoch, active), VERSION), false);
    if (told != active) {
      throw new IllegalStateException("told of " + told + " partitions, not of " + active);
    }
    return told;
  }
}
