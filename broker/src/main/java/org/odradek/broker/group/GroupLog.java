package org.odradek.broker.group;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The partitions of {@code __consumer_offsets}, as the coordinator writes and reads them.
 *
 * <p>Thread-safety: implementations are called from any thread.
 */
public interface GroupLog {

  /**
   * Appends one record batch (magic 2) as leader of the partition. Never waits: an append that
   * cannot be done now fails.
   *
   * @param leaderEpoch of the partition in which the groups were loaded. What was decided in one
   *     epoch is not written in another, in between which somebody else may have decided
   * @param requiredAcks as in Produce: -1 all in-sync replicas, 1 the leader
   * @param timeoutMs how long to wait for the acknowledgement before failing with REQUEST_TIMED_OUT
   * @return the offset given to the first record, once the batch is acknowledged; or a {@link
   *     GroupLogException} with what Produce would have answered
   */
  CompletionStage<Long> append(
      int partition, int leaderEpoch, ByteBuffer batch, short requiredAcks, int timeoutMs);

  /**
   * Reads the local replica from its first batch to the end it had at the time of the call. May
   * wait for disks; called on loader threads only.
   */
  void read(int partition, BatchSink sink) throws IOException;

  /**
   * Completes once what the local replica holds now cannot be lost any more with this leader: all
   * in-sync replicas have it. Never waits.
   *
   * @return fails with a {@link GroupLogException}: REQUEST_TIMED_OUT after {@code timeoutMs}, or
   *     what tells that this broker does not lead the partition
   */
  CompletionStage<@Nullable Void> replicated(int partition, int timeoutMs);

  /** Takes what {@link #read} reads. */
  interface BatchSink {
    /**
     * One or more whole record batches from position to limit, valid during the call only.
     *
     * @return false to stop reading (the partition has moved away meanwhile)
     */
    boolean accept(ByteBuffer batches);
  }
}
