package org.odradek.broker.replication;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.ListOffsetsRequest;
import org.odradek.protocol.message.ListOffsetsResponse;
import org.odradek.protocol.message.OffsetForLeaderEpochRequest;
import org.odradek.protocol.message.OffsetForLeaderEpochResponse;

/** What lies between simulated brokers: it delays, loses and damages, until it is told to stop. */
final class SimulatedNetwork {
  private static final int DELAY_MAX_MS = 12;
  private static final int TIMEOUT_MS = 1_000;

  private final SimulatedTime time;
  private final Random random;
  private final short fetchVersion;
  private final IntFunction<@Nullable SimulatedBroker> live;
  private final Set<Integer> cutOff = new HashSet<>();
  private boolean calm;

  /**
   * @param live the present life of a broker, null while it has none
   */
  SimulatedNetwork(
      SimulatedTime time,
      Random random,
      short fetchVersion,
      IntFunction<@Nullable SimulatedBroker> live) {
    this.time = time;
    this.random = random;
    this.fetchVersion = fetchVersion;
    this.live = live;
  }

  /** The way from one life of a broker to whichever life of the leader there is. */
  LeaderEndpoint link(Supplier<SimulatedBroker> from, int leader) {
    return new Link(from, leader);
  }

  /** Nothing comes to a broker, or from it, for a while. */
  void cutOff(int id, int forMs) {
    cutOff.add(id);
    time.after(forMs, () -> cutOff.remove(id));
  }

  /** From now on everything arrives, as it was sent. */
  void calmDown() {
    calm = true;
    cutOff.clear();
  }

  private final class Link implements LeaderEndpoint {
    private final Supplier<SimulatedBroker> from;
    private final int leader;
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);
    private long arrivesAtMs;

    Link(Supplier<SimulatedBroker> from, int leader) {
      this.from = from;
      this.leader = leader;
    }

    @Override
    public short fetchVersion() {
      return fetchVersion;
    }

    /** Requests arrive in order, and answers come in the order of the requests. */
    private <R> CompletableFuture<R> call(Function<SimulatedBroker, CompletableFuture<R>> handle) {
      CompletableFuture<R> answer = new CompletableFuture<>();
      CompletableFuture<?> before = last;
      last = answer;
      time.after(
          TIMEOUT_MS, () -> answer.completeExceptionally(new IllegalStateException("timed out")));
      arrivesAtMs = Math.max(arrivesAtMs, time.nowMs() + random.nextInt(DELAY_MAX_MS));
      time.after(
          arrivesAtMs - time.nowMs(),
          () -> {
            SimulatedBroker target = live.apply(leader);
            if (target == null || !from.get().up || isLost()) {
              answer.completeExceptionally(new IllegalStateException("not connected"));
              return;
            }
            handle
                .apply(target)
                .whenComplete((response, failure) ->
                    time.after(
                        random.nextInt(DELAY_MAX_MS),
                        () ->
                            before.whenComplete(
                                (done, failed) -> answer(answer, response, failure))));
          });
      return answer;
    }

    private <R> void answer(
        CompletableFuture<R> answer, @Nullable R response, @Nullable Throwable failure) {
      if (response == null) {
        answer.completeExceptionally(
            failure == null ? new IllegalStateException("no answer") : failure);
      } else if (!isLost()) {
        answer.complete(response);
      }
    }

    private boolean isLost() {
      return !calm
          && (cutOff.contains(leader) || cutOff.contains(from.get().id) || random.nextInt(100) < 2);
    }

    @Override
    public CompletableFuture<Fetched> fetch(FetchRequest request, short version) {
      return call(target ->
          SimulatedCall.to(target.fetch, version, request, FetchResponse::read)
              .thenApply(response -> {
                if (!calm && random.nextInt(100) < 2) {
                  damage(response);
                }
                return Fetched.onHeap(response);
              }));
    }

    @Override
    public CompletableFuture<OffsetForLeaderEpochResponse> offsetsForLeaderEpoch(
        OffsetForLeaderEpochRequest request) {
      return call(target ->
          SimulatedCall.to(target.epochs, (short) 3, request, OffsetForLeaderEpochResponse::read));
    }

    @Override
    public CompletableFuture<ListOffsetsResponse> listOffsets(ListOffsetsRequest request) {
      return call(target ->
          SimulatedCall.to(target.offsets, (short) 5, request, ListOffsetsResponse::read));
    }

    @Override
    public void close() {}
  }

  /** Flips a bit in the last record of each partition. */
  private void damage(FetchResponse response) {
    response
        .responses()
        .forEach(topic ->
            topic
                .partitions()
                .forEach(partition -> {
                  if (partition.records() instanceof BufferRecords records
                      && records.buffer().hasRemaining()) {
                    int last = records.buffer().limit() - 1;
                    records.buffer().put(last, (byte) (records.buffer().get(last) ^ 4));
                  }
                }));
  }
}
