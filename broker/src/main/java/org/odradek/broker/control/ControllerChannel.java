package org.odradek.broker.control;

import java.util.concurrent.CompletableFuture;
import org.odradek.protocol.message.AlterPartitionRequest;
import org.odradek.protocol.message.AlterPartitionResponse;
import org.odradek.protocol.message.ControlledShutdownResponse;

/**
 * The way to the current controller, in this process or another, in the versions of {@code
 * inter.broker.protocol.version}. Id and epoch of this broker are filled in here, as they are when
 * a request goes out.
 *
 * <p>A request is sent again, after a pause, when there is no controller, when it cannot be
 * reached, when the connection breaks before the answer, and when the answer as a whole is {@code
 * NOT_CONTROLLER} or {@code STALE_BROKER_EPOCH} (the controller has not seen this life of the
 * broker yet): until a controller answers otherwise, whatever the answer is. A controller may
 * therefore get a request twice. Who ends a future himself ({@code orTimeout}) ends the sending
 * too. Otherwise futures fail only when this broker stops, or the request cannot be written.
 *
 * <p>Thread-safety: any thread, nothing blocks. Futures are completed on threads of the network or
 * the controller: what hangs on them must not block.
 */
public interface ControllerChannel {

  /**
   * Proposes ISRs of partitions (KIP-497). To be filled with the names of topics beside their ids,
   * and with {@code newIsrWithEpochs} or {@code newIsr}; the form of the version is made of it
   * here. Topics of the answer have their names, and ids where the request had them.
   *
   * <p>Never to be called when {@link
   * org.odradek.broker.peer.InterBrokerVersions#usesAlterPartition} says no.
   */
  CompletableFuture<AlterPartitionResponse> alterPartition(AlterPartitionRequest request);

  /** This broker is about to stop, and wants its leaders moved away first. */
  CompletableFuture<ControlledShutdownResponse> controlledShutdown();
}
