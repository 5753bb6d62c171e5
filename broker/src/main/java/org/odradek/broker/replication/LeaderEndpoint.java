package org.odradek.broker.replication;

import java.util.concurrent.CompletableFuture;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.ListOffsetsRequest;
import org.odradek.protocol.message.ListOffsetsResponse;
import org.odradek.protocol.message.OffsetForLeaderEpochRequest;
import org.odradek.protocol.message.OffsetForLeaderEpochResponse;

/**
 * The way of one fetcher to one leader: the transport border.
 *
 * <p>The futures complete on any thread; exceptionally when the leader cannot be reached, closes
 * the connection, does not answer within {@code replica.socket.timeout.ms}, or sends what cannot be
 * read. A fetcher has one call under way at a time.
 */
public interface LeaderEndpoint extends AutoCloseable {

  /**
   * The version of Fetch that {@code inter.broker.protocol.version} wants; the other APIs have
   * theirs by it too. From 12 on the leader finds out where logs part.
   */
  short fetchVersion();

  /**
   * @param version {@link #fetchVersion}, or 12 where that is higher and a topic has no id
   */
  CompletableFuture<Fetched> fetch(FetchRequest request, short version);

  CompletableFuture<OffsetForLeaderEpochResponse> offsetsForLeaderEpoch(
      OffsetForLeaderEpochRequest request);

  CompletableFuture<ListOffsetsResponse> listOffsets(ListOffsetsRequest request);

  /** Ends the connection, if there is one; what is under way fails. */
  @Override
  void close();

  /**
   * A response whose records may lie in memory that is given back.
   *
   * @param release called once, when nobody looks at the response's buffers any more
   */
  record Fetched(FetchResponse response, Runnable release) {

    /** A response in ordinary heap memory. */
    public static Fetched onHeap(FetchResponse response) {
      return new Fetched(response, () -> {});
    }
  }
}
