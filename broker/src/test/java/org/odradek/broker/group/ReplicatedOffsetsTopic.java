package org.odradek.broker.group;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.record.RecordBatch;
import org.odradek.protocol.record.RecordBatchDescriptor;

/**
 * One partition of the offsets topic with a replica on each broker, as replication makes it: the
 * leader appends, followers fetch, the watermark follows behind, a new leader may lack all that is
 * above the watermark, and a follower throws away what its leader does not have. What a controller
 * decides reaches each broker in its own time.
 */
final class ReplicatedOffsetsTopic {
  private final int partition;
  private final int brokers;
  private final ManualTimer timer;
  private final Replica[] replicas;

  // What the controller knows.
  private int leader;
  private int epoch = -1;
  private final Set<Integer> isr = new TreeSet<>();

  private record Entry(ByteBuffer batch, long baseOffset, long nextOffset) {}

  private record Wait(long offset, CompletableFuture<@Nullable Void> future) {}

  /** What one broker has, and what it was told last. */
  private static final class Replica {
    final List<Entry> log = new ArrayList<>();
    final List<Wait> waits = new ArrayList<>();
    final long[] positions;
    long highWatermark;
    int leader = -1;
    int epoch = -1;
    Set<Integer> isr = Set.of();

    Replica(int brokers) {
      positions = new long[brokers];
    }

    long end() {
      return log.isEmpty() ? 0 : log.getLast().nextOffset();
    }
  }

  ReplicatedOffsetsTopic(int partition, int brokers, ManualTimer timer) {
    this.partition = partition;
    this.brokers = brokers;
    this.timer = timer;
    this.replicas = new Replica[brokers];
    for (int broker = 0; broker < brokers; broker++) {
      replicas[broker] = new Replica(brokers);
      isr.add(broker);
    }
  }

  // --- the controller

  int leader() {
    return leader;
  }

  int epoch() {
    return epoch;
  }

  Set<Integer> isr() {
    return isr;
  }

  /** -1 for none. */
  void elect(int newLeader) {
    leader = newLeader;
    epoch++;
  }

  /** The last one stays in the set, as only it has everything. */
  void leavesIsr(int broker) {
    if (isr.size() > 1) {
      isr.remove(broker);
    }
  }

  // --- what a broker is told

  /** Whether the broker has not been told of the last decision. */
  boolean isBehind(int broker) {
    return replicas[broker].epoch < epoch;
  }

  boolean leads(int broker) {
    return replicas[broker].leader == broker;
  }

  int knownLeader(int broker) {
    return replicas[broker].leader;
  }

  /** The broker hears of the controller's last decision. */
  void tell(int broker) {
    Replica replica = replicas[broker];
    replica.leader = leader;
    replica.epoch = epoch;
    replica.isr = Set.copyOf(isr);
    Arrays.fill(replica.positions, 0);
    failWaits(replica);
    advance(broker);
  }

  /** The broker ends without a word; what it appended is in its files. */
  void kill(int broker) {
    Replica replica = replicas[broker];
    replica.leader = -1;
    replica.waits.clear();
  }

  private static void failWaits(Replica replica) {
    List<Wait> waits = List.copyOf(replica.waits);
    replica.waits.clear();
    waits.forEach(wait ->
        wait.future()
            .completeExceptionally(
                new GroupLogException(ErrorCode.NOT_LEADER_OR_FOLLOWER, "leads no more")));
  }

  // --- replication

  /** One fetch of a follower; nothing if leader and follower do not agree on the epoch. */
  void fetch(int follower) {
    Replica mine = replicas[follower];
    int from = mine.leader;
    if (from < 0 || from == follower) {
      return;
    }
    Replica theirs = replicas[from];
    if (theirs.leader != from || theirs.epoch != mine.epoch) {
      return;
    }
    int same = 0;
    while (same < mine.log.size()
        && same < theirs.log.size()
        && mine.log.get(same) == theirs.log.get(same)) {
      same++;
    }
    if (mine.log.size() > same) {
      if (mine.log.get(same).baseOffset() < mine.highWatermark) {
        throw new AssertionError("broker " + follower + " would truncate below its watermark");
      }
      mine.log.subList(same, mine.log.size()).clear();
    }
    theirs.positions[follower] = mine.end();
    if (!theirs.isr.contains(follower)
        && leader == from
        && epoch == theirs.epoch
        && mine.end() >= theirs.highWatermark
        && mine.end() == theirs.end()) {
      isr.add(follower);
      theirs.isr = Set.copyOf(isr);
    }
    advance(from);
    if (theirs.log.size() > same) {
      mine.log.add(theirs.log.get(same));
    }
    mine.highWatermark = Math.max(mine.highWatermark, Math.min(theirs.highWatermark, mine.end()));
  }

  private void advance(int broker) {
    Replica replica = replicas[broker];
    if (replica.leader != broker) {
      return;
    }
    long lowest = replica.end();
    for (int other : replica.isr) {
      if (other != broker) {
        lowest = Math.min(lowest, replica.positions[other]);
      }
    }
    if (lowest > replica.highWatermark) {
      replica.highWatermark = lowest;
    }
    for (Wait wait : List.copyOf(replica.waits)) {
      if (wait.offset() <= replica.highWatermark) {
        replica.waits.remove(wait);
        wait.future().complete(null);
      }
    }
  }

  // --- as a broker's coordinator sees it

  CompletionStage<Long> append(int broker, int leaderEpoch, ByteBuffer batch, int timeoutMs) {
    Replica replica = replicas[broker];
    if (replica.leader != broker || replica.epoch != leaderEpoch) {
      return CompletableFuture.failedFuture(
          new GroupLogException(ErrorCode.NOT_LEADER_OR_FOLLOWER, "led in " + replica.epoch));
    }
    long baseOffset = replica.end();
    RecordBatchDescriptor.baseOffset(batch, 0, baseOffset);
    RecordBatch view = RecordBatch.at(batch, 0);
    view.ensureValid();
    replica.log.add(new Entry(batch, baseOffset, view.nextOffset()));
    return replicated(broker, timeoutMs).thenApply(nothing -> baseOffset);
  }

  CompletionStage<@Nullable Void> replicated(int broker, int timeoutMs) {
    Replica replica = replicas[broker];
    CompletableFuture<@Nullable Void> future = new CompletableFuture<>();
    if (replica.leader != broker) {
      future.completeExceptionally(
          new GroupLogException(ErrorCode.NOT_LEADER_OR_FOLLOWER, "leads no more"));
      return future;
    }
    Wait wait = new Wait(replica.end(), future);
    replica.waits.add(wait);
    timer.schedule(
        timeoutMs,
        () -> {
          if (replica.waits.remove(wait)) {
            future.completeExceptionally(
                new GroupLogException(ErrorCode.REQUEST_TIMED_OUT, "not replicated"));
          }
        });
    advance(broker);
    return future;
  }

  void read(int broker, GroupLog.BatchSink sink) throws IOException {
    for (Entry entry : List.copyOf(replicas[broker].log)) {
      if (!sink.accept(entry.batch().duplicate())) {
        return;
      }
    }
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("partition " + partition);
    text.append(" led by ").append(leader).append(" in ").append(epoch).append(", isr ");
    text.append(isr);
    for (int broker = 0; broker < brokers; broker++) {
      Replica replica = replicas[broker];
      text.append(
          "; broker %d: leader %d in %d, end %d, watermark %d"
              .formatted(
                  broker, replica.leader, replica.epoch, replica.end(), replica.highWatermark));
    }
    return text.toString();
  }
}
