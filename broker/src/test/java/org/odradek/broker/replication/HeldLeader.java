package org.odradek.broker.replication;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import org.odradek.protocol.Message;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.ListOffsetsRequest;
import org.odradek.protocol.message.ListOffsetsResponse;
import org.odradek.protocol.message.OffsetForLeaderEpochRequest;
import org.odradek.protocol.message.OffsetForLeaderEpochResponse;

/** A leader whose answers the test gives, in order. */
final class HeldLeader implements LeaderEndpoint {
  /**
   * A request that is not answered yet.
   *
   * @param version of a fetch; 0 for the others
   */
  record Asked(Message request, short version, CompletableFuture<?> answer) {}

  private final short fetchVersion;
  private final Deque<Asked> asked = new ArrayDeque<>();
  int released;
  boolean closed;

  HeldLeader(int fetchVersion) {
    this.fetchVersion = (short) fetchVersion;
  }

  int open() {
    return asked.size();
  }

  /** The oldest request, which has to be there. */
  Asked next() {
    return asked.element();
  }

  FetchRequest fetch() {
    return (FetchRequest) next().request();
  }

  /** The youngest request. */
  FetchRequest lastFetch() {
    return (FetchRequest) asked.getLast().request();
  }

  @SuppressWarnings("unchecked") // the test knows what was asked
  void answer(Object response) {
    ((CompletableFuture<Object>) asked.remove().answer()).complete(response);
  }

  void answerFetch(FetchResponse response) {
    answer(new Fetched(response, () -> released++));
  }

  void fail() {
    asked.remove().answer().completeExceptionally(new IllegalStateException("gone"));
  }

  private <R> CompletableFuture<R> hold(Message request, int version) {
    CompletableFuture<R> answer = new CompletableFuture<>();
    asked.add(new Asked(request, (short) version, answer));
    return answer;
  }

  @Override
  public short fetchVersion() {
    return fetchVersion;
  }

  @Override
  public CompletableFuture<Fetched> fetch(FetchRequest request, short version) {
    return hold(request, version);
  }

  @Override
  public CompletableFuture<OffsetForLeaderEpochResponse> offsetsForLeaderEpoch(
      OffsetForLeaderEpochRequest request) {
    return hold(request, 0);
  }

  @Override
  public CompletableFuture<ListOffsetsResponse> listOffsets(ListOffsetsRequest request) {
    return hold(request, 0);
  }

  @Override
  public void close() {
    closed = true;
  }
}
