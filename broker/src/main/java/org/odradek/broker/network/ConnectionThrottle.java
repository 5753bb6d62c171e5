package org.odradek.broker.network;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Holds back the requests of a connection whose client is over a quota, each time for a while. What
 * was let in before the first time may add more; there are never more than requests in flight.
 *
 * <p>Only on the connection's event loop.
 */
final class ConnectionThrottle {
  private final ReadGate gate;
  private final Map<Integer, Future<?>> holds = new HashMap<>(2);
  private int nextHold;

  ConnectionThrottle(ReadGate gate) {
    this.gate = gate;
  }

  /** No request is taken up for so long from now on. */
  void hold(ScheduledExecutorService eventLoop, int forMs) {
    gate.close(ReadGate.Reason.THROTTLED);
    int hold = nextHold++;
    holds.put(hold, eventLoop.schedule(() -> letGo(hold), forMs, TimeUnit.MILLISECONDS));
  }

  private void letGo(int hold) {
    holds.remove(hold);
    if (holds.isEmpty()) {
      gate.open(ReadGate.Reason.THROTTLED);
    }
  }

  /** The connection is gone. */
  void end() {
    holds.values().forEach(hold -> hold.cancel(false));
    holds.clear();
  }
}
