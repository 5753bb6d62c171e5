package org.odradek.broker.control;

import java.util.concurrent.CompletableFuture;
import org.odradek.protocol.Message;

/** The controller of this process, as the others would reach it over the wire. */
@FunctionalInterface
public interface OwnController {

  /** Answers AlterPartition or ControlledShutdown, with NOT_CONTROLLER where it is not elected. */
  CompletableFuture<Message> ask(Message request, short version);
}
