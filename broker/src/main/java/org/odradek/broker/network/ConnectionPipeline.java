package org.odradek.broker.network;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import java.util.concurrent.atomic.AtomicLong;
import org.odradek.broker.api.HandlerRegistry;

/** Assembles the way of a request through a connection, and of its response back. */
final class ConnectionPipeline extends ChannelInitializer<Channel> {
  private static final AtomicLong CONNECTION_IDS = new AtomicLong();

  private final String listenerName;
  private final NetworkConfig config;
  private final HandlerRegistry handlers;
  private final RequestMemory memory;
  private final WorkerPool workers;
  private final RateLimitedLog warnings;
  private final ChannelGroup connections;
  private final StartGate start;

  ConnectionPipeline(
      String listenerName,
      NetworkConfig config,
      HandlerRegistry handlers,
      RequestMemory memory,
      WorkerPool workers,
      RateLimitedLog warnings,
      ChannelGroup connections,
      StartGate start) {
    this.listenerName = listenerName;
    this.config = config;
    this.handlers = handlers;
    this.memory = memory;
    this.workers = workers;
    this.warnings = warnings;
    this.connections = connections;
    this.start = start;
  }

  @Override
  protected void initChannel(Channel channel) {
    connections.add(channel);
    long id = CONNECTION_IDS.incrementAndGet();
    ReadGate gate = new ReadGate();
    ResponseSequencer sequencer = new ResponseSequencer(gate, warnings);
    ChannelPipeline pipeline = channel.pipeline();
    if (config.connectionsMaxIdleMs() >= 0) {
      pipeline.addLast(
          "idle-close", new IdleCloseHandler(config.connectionsMaxIdleMs(), sequencer));
    }
    pipeline.addLast("frame-decoder", new FrameDecoder(config.requestMaxBytes(), memory, gate));
    pipeline.addLast("response-encoder", ResponseEncoder.INSTANCE);
    pipeline.addLast("response-sequencer", sequencer);
    pipeline.addLast("header-decoder", new RequestHeaderDecoder(handlers, listenerName, id));
    pipeline.addLast("dispatcher", new RequestDispatcher(sequencer, gate, workers, start));
    pipeline.addLast("failures", new FailureHandler(listenerName, warnings, gate));
  }
}
