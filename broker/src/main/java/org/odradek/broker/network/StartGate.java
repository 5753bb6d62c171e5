package org.odradek.broker.network;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.odradek.protocol.ApiKey;

/**
 * Holds clients back while the broker does not know the cluster yet, and lets in what other brokers
 * say: from them it hears of the cluster.
 *
 * <p>Thread-safe.
 */
final class StartGate {
  private static final Set<ApiKey> OF_BROKERS =
      EnumSet.of(
          ApiKey.API_VERSIONS,
          ApiKey.SASL_HANDSHAKE,
          ApiKey.SASL_AUTHENTICATE,
          ApiKey.LEADER_AND_ISR,
          ApiKey.STOP_REPLICA,
          ApiKey.UPDATE_METADATA,
          ApiKey.CONTROLLED_SHUTDOWN,
          ApiKey.ALTER_PARTITION,
          ApiKey.ALLOCATE_PRODUCER_IDS,
          ApiKey.OFFSET_FOR_LEADER_EPOCH);

  private volatile boolean isOpen;
  private final List<Runnable> waiting = new ArrayList<>();

  /** Whether a request of this API may be served now. */
  boolean admits(ApiKey apiKey) {
    return isOpen || OF_BROKERS.contains(apiKey);
  }

  /** Calls the action once, on any thread, as soon as all may come in. */
  void onOpen(Runnable action) {
    synchronized (waiting) {
      if (!isOpen) {
        waiting.add(action); // one for each connection at most, and their number is limited
        return;
      }
    }
    action.run();
  }

  /** Everybody may come in. */
  void open() {
    List<Runnable> held;
    synchronized (waiting) {
      isOpen = true;
      held = new ArrayList<>(waiting);
      waiting.clear();
    }
    held.forEach(Runnable::run);
  }
}
