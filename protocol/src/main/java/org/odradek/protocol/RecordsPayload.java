package org.odradek.protocol;

import java.nio.ByteBuffer;

/**
 * The bytes of a {@code records} field, passed on without being copied: a slice of a frame, or a
 * region of a log segment that the network layer may send from the page cache.
 */
public interface RecordsPayload {

  /** Length in bytes; never negative. */
  int sizeInBytes();

  /**
   * Copies all bytes to the target's position and moves it past them; the way out for whoever knows
   * no cheaper one.
   */
  void writeTo(ByteBuffer target);
}
