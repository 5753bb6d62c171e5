package org.odradek.broker.authentication;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who can log in by SCRAM. Thread-safety: any thread, and nothing waits. */
@FunctionalInterface
public interface ScramUsers {

  /** The credential of a user for one hash function; null when there is none. */
  @Nullable ScramCredential find(String user, ScramHash hash);

  /** How many users have a credential of so many iterations; none with a count of 0. */
  default Map<Integer, Integer> usersByIterations(ScramHash hash) {
    return Map.of();
  }
}
