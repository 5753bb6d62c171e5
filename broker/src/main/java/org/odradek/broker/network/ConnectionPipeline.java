package org.odradek.broker.network;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.group.ChannelGroup;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.api.RequestTimeLimit;
import org.odradek.broker.authentication.SaslListener;

/** Assembles the way of a request through a connection, and of its response back. */
final class ConnectionPipeline extends ChannelInitializer<Channel> {
  private static final AtomicLong CONNECTION_IDS = new AtomicLong();

  private final ListenerConfig listener;
  private final NetworkConfig config;
  private final HandlerRegistry handlers;
  private final RequestMemory memory;
  private final LoginMemory loginMemory;
  private final WorkerPool workers;
  private final RateLimitedLog warnings;
  private final RateLimitedLog loginFailures;
  private final ChannelGroup connections;
  private final StartGate start;
  private final RequestTimeLimit requestTime;
  private final NetworkThreads threads;
  private final List<SocketCounts> countsByThread;
  private final List<TrafficHandler> trafficByThread;

  ConnectionPipeline(
      ListenerConfig listener,
      NetworkConfig config,
      HandlerRegistry handlers,
      RequestMemory memory,
      LoginMemory loginMemory,
      WorkerPool workers,
      RateLimitedLog warnings,
      RateLimitedLog loginFailures,
      ChannelGroup connections,
      StartGate start,
      RequestTimeLimit requestTime,
      NetworkThreads threads,
      List<SocketCounts> countsByThread) {
    this.listener = listener;
    this.config = config;
    this.handlers = handlers;
    this.memory = memory;
    this.loginMemory = loginMemory;
    this.workers = workers;
    this.warnings = warnings;
    this.loginFailures = loginFailures;
    this.connections = connections;
    this.start = start;
    this.requestTime = requestTime;
    this.threads = threads;
    this.countsByThread = countsByThread;
    this.trafficByThread = countsByThread.stream().map(TrafficHandler::new).toList();
  }

  @Override
  protected void initChannel(Channel channel) {
    connections.add(channel);
    int thread = threads.number(channel.eventLoop());
    SocketCounts counts = countsByThread.get(thread);
    counts.opened();
    channel.closeFuture().addListener(closed -> counts.closed());
    ClientSession session = new ClientSession(CONNECTION_IDS.incrementAndGet());
    ReadGate gate = new ReadGate();
    ResponseSequencer sequencer = new ResponseSequencer(gate, warnings, counts);
    ChannelPipeline pipeline = channel.pipeline();
    if (config.connectionsMaxIdleMs() >= 0) {
      pipeline.addLast(
          "idle-close", new IdleCloseHandler(config.connectionsMaxIdleMs(), sequencer));
    }
    if (listener.security().tls() != null) {
      listener.security().tls().addTo(pipeline, session);
      pipeline.addLast("file-reader", new FileRegionReader(workers::executeNow));
    }
    pipeline.addLast("traffic", trafficByThread.get(thread));
    SaslListener sasl = listener.security().sasl();
    FrameBudget budget =
        sasl == null
            ? FrameBudget.ofRequests(config.requestMaxBytes(), memory)
            : FrameBudget.ofLogin(sasl.settings().maxReceiveBytes(), loginMemory, memory);
    pipeline.addLast("frame-decoder", new FrameDecoder(budget, gate));
    if (sasl != null) {
      pipeline.addLast(
          "sasl-gate",
          new SaslGate(
              sasl,
              listener.security().tls() != null,
              handlers,
              session,
              budget,
              config.requestMaxBytes(),
              gate,
              loginFailures));
    }
    pipeline.addLast("response-encoder", ResponseEncoder.INSTANCE);
    pipeline.addLast("response-sequencer", sequencer);
    pipeline.addLast(
        "header-decoder", new RequestHeaderDecoder(handlers, listener.name(), session, counts));
    pipeline.addLast(
        "dispatcher", new RequestDispatcher(sequencer, gate, workers, start, requestTime));
    pipeline.addLast("failures", new FailureHandler(listener.name(), warnings, gate));
  }
}
