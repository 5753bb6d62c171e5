package org.odradek.protocol;

/**
 * A response that tells a client for how long it is held back as it is over a quota. Versions
 * without a place for it leave it out.
 */
public interface ThrottledResponse extends Message {

  /** Milliseconds; 0 if the client is not held back. */
  int throttleTimeMs();

  ThrottledResponse throttleTimeMs(int throttleTimeMs);
}
