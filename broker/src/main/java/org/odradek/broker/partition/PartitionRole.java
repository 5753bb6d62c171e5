package org.odradek.broker.partition;

import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * Who leads a partition as far as this broker was told, and if it does itself, what it knows as the
 * leader.
 *
 * <p>Thread-safety: anyone may look. Who needs the role to stay while it works (appends,
 * truncation) holds the lock shared; who changes role or ISR holds it alone, for no longer than to
 * swap the state. The lock is not reentrant.
 */
final class PartitionRole {
  private final StampedLock lock = new StampedLock();
  private volatile PartitionState state = PartitionState.UNKNOWN;
  private volatile @Nullable LeaderTerm term;

  PartitionState state() {
    return state;
  }

  /** Null unless this broker leads. */
  @Nullable LeaderTerm term() {
    return term;
  }

  long lockShared() {
    return lock.readLock();
  }

  void unlockShared(long stamp) {
    lock.unlockRead(stamp);
  }

  long lockAlone() {
    return lock.writeLock();
  }

  void unlockAlone(long stamp) {
    lock.unlockWrite(stamp);
  }

  /** A newer state within the same role. With the lock held alone. */
  void state(PartitionState next) {
    state = next;
  }

  /** The lead is taken, or kept in a new epoch. With the lock held alone. */
  void lead(PartitionState next, LeaderTerm newTerm) {
    term = newTerm;
    state = next;
  }

  /** Another broker leads, or none. With the lock held alone. */
  void follow(PartitionState next) {
    state = next;
    term = null;
  }
}
