package org.odradek.controller;

import java.util.concurrent.CompletableFuture;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.Message;

/**
 * Carries the controller's requests (LeaderAndIsr, UpdateMetadata, StopReplica) to brokers. The
 * broker the controller runs in hands those to itself to its own handlers; others get them by the
 * network.
 *
 * <p>The controller has at most one request open for each broker, so that they arrive in order; a
 * future that fails makes it send the same request again after a pause, as long as the broker is
 * registered.
 *
 * <p>Thread-safety: called on the controller's thread, which must not be blocked; the future may be
 * completed on any thread.
 */
@FunctionalInterface
public interface ControlRequestSender {

  /**
   * @param broker who is to get it, and where that broker is found now
   */
  CompletableFuture<Message> send(BrokerInfo broker, ApiKey apiKey, short version, Message request);

  /** Nothing more will be sent to the broker in this life of its; its connection may be closed. */
  default void forget(int brokerId) {}
}
