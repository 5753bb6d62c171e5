package org.odradek.storage;

/** How far a reader may see. */
public enum ReadIsolation {
  /** All that is appended: followers. */
  LOG_END,
  /** What is replicated: consumers with {@code read_uncommitted}. */
  HIGH_WATERMARK,
  /** What is replicated and not in an open transaction: {@code read_committed}. */
  LAST_STABLE
}
