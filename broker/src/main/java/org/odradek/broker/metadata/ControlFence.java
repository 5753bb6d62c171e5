package org.odradek.broker.metadata;

import org.odradek.protocol.ErrorCode;

/**
 * Turns away control requests (LeaderAndIsr, StopReplica, UpdateMetadata) of a controller that has
 * been replaced, and those meant for an earlier life of this broker (KIP-380).
 *
 * <p>Thread-safe.
 */
public final class ControlFence {
  /** What controllers send that know no broker epochs. */
  private static final long NO_BROKER_EPOCH = -1;

  private int controllerEpoch;
  private long brokerEpoch = NO_BROKER_EPOCH;

  /** This broker was registered, or registered again. */
  public synchronized void registered(long newBrokerEpoch) {
    brokerEpoch = newBrokerEpoch;
  }

  /**
   * NONE if the request may be obeyed, and then no older controller is any more; else {@code
   * STALE_CONTROLLER_EPOCH} or {@code STALE_BROKER_EPOCH}.
   *
   * @param requestBrokerEpoch -1 if the request has none
   */
  public synchronized ErrorCode admit(int requestControllerEpoch, long requestBrokerEpoch) {
    if (requestBrokerEpoch != NO_BROKER_EPOCH && requestBrokerEpoch < brokerEpoch) {
      return ErrorCode.STALE_BROKER_EPOCH;
    }
    if (requestControllerEpoch < controllerEpoch) {
      return ErrorCode.STALE_CONTROLLER_EPOCH;
    }
    controllerEpoch = requestControllerEpoch;
    return ErrorCode.NONE;
  }

  /** The highest epoch of a controller obeyed so far. */
  public synchronized int controllerEpoch() {
    return controllerEpoch;
  }

  /** The epoch of this broker's registration; -1 before the first. */
  public synchronized long brokerEpoch() {
    return brokerEpoch;
  }
}
