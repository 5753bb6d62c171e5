package org.odradek.broker.partition;

/**
 * Hears when there may be more to read from a partition, or when it does not lead any more.
 *
 * <p>Called on the thread that caused it, often a producer's event loop: does little, and never
 * waits.
 */
@FunctionalInterface
public interface PartitionWatcher {

  /**
   * The log end or the high watermark has moved, or the partition has another leader or is gone.
   */
  void onChange(Partition partition);
}
