package org.odradek.controller;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.odradek.protocol.TopicPartition;

/**
 * Is told of partitions whose leaders have changed the ISR, once the new states are in the context
 * and the leaders have their answers. Called on the controller's thread.
 */
@FunctionalInterface
interface IsrListener {

  /** The next event is taken when the future is complete. */
  CompletableFuture<Void> isrsChanged(Set<TopicPartition> partitions);
}
