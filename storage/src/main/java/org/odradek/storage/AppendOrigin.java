package org.odradek.storage;

/** Who a batch comes from; decides how strictly its producer's epoch and sequences are checked. */
public enum AppendOrigin {
  /** A producer: epoch and sequences are checked. */
  CLIENT,
  /** A coordinator of this broker (offset commits, transaction markers): epochs are checked. */
  COORDINATOR,
  /** The leader of a partition that is followed: taken over as it is. */
  REPLICATION
}
