package org.odradek.broker.replication;

import org.odradek.protocol.TopicPartition;

/**
 * The follower's side of replication throttles (KIP-73). Replicas that are in sync are never kept
 * back.
 *
 * <p>Thread-safety: any thread; never blocks.
 */
public interface FollowerQuota {
  /** Nothing is throttled. */
  FollowerQuota UNLIMITED =
      new FollowerQuota() {
        @Override
        public boolean isThrottled(TopicPartition partition) {
          return false;
        }

        @Override
        public long pauseMs() {
          return 0;
        }

        @Override
        public void record(long bytes) {}
      };

  /** Whether what this replica fetches counts, and may be kept back. */
  boolean isThrottled(TopicPartition partition);

  /** 0 while the rate is kept; else after how many milliseconds it is worth to ask again. */
  long pauseMs();

  /** Bytes of a throttled replica have come in. */
  void record(long bytes);
}
