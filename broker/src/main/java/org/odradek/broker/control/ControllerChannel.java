package org.odradek.broker.control;

import java.util.concurrent.CompletableFuture;
import org.odradek.protocol.message.AllocateProducerIdsRequest;
import org.odradek.protocol.message.AllocateProducerIdsResponse;
import org.odradek.protocol.message.AlterPartitionRequest;
import org.odradek.protocol.message.AlterPartitionResponse;
import org.odradek.protocol.message.ControlledShutdownRequest;
import org.odradek.protocol.message.ControlledShutdownResponse;

/**
 * The way to the current controller, in this process or another, in the versions of {@code
 * inter.broker.protocol.version}.
 *
 * <p>A request is sent again, after a pause, when there is no controller, when it cannot be
 * reached, when the connection breaks before the answer, and when the answer is {@code
 * NOT_CONTROLLER}: until a controller answers otherwise, whatever the answer is. A controller may
 * therefore get a request twice; those here may be obeyed twice. Futures fail only when this broker
 * stops, or the request cannot be written.
 *
 * <p>Thread-safety: any thread, nothing blocks. Futures are completed on threads of the network or
 * the controller: what hangs on them must not block.
 */
public interface ControllerChannel {

  /** Proposes leader and ISR of partitions; never to be called when the version has no such API. */
  CompletableFuture<AlterPartitionResponse> alterPartition(AlterPartitionRequest request);

  /** This broker is about to stop. */
  CompletableFuture<ControlledShutdownResponse> controlledShutdown(
      ControlledShutdownRequest request);

  /** Wants a block of producer ids. */
  CompletableFuture<AllocateProducerIdsResponse> allocateProducerIds(
      AllocateProducerIdsRequest request);
}
