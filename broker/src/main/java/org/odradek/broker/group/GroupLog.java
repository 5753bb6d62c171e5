package org.odradek.broker.group;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;

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
   * @param requiredAcks as in Produce: -1 all in-sync replicas, 1 the leader
   * @param timeoutMs how long to wait for the acknowledgement before failing with REQUEST_TIMED_OUT
   * @return the offset given to the first record, once the batch is acknowledged; or a {@link
   *     GroupLogException} with what Produce would have answered
   */
  CompletionStage<Long> append(int partition, ByteBuffer batch, short requiredAcks, int timeoutMs);

  /**
   * Reads the local replica from its first batch to the end it had at the time of the call. May
   * wait for disks; called on loader threads only.
   */
  void read(int partition, BatchSink sink) throws IOException;

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
