package org.odradek.broker.network;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.api.RequestTimeLimit;
import org.odradek.broker.quota.ConnectionRates;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners of the broker, their event loops and workers.
 *
 * <p>Binding and accepting are two steps: the ports are known, and can be registered, before the
 * first client is let in. Other brokers come in before clients do.
 *
 * <p>Thread-safety: started and stopped by one thread.
 */
public final class NetworkServer {
  private static final Logger log = LoggerFactory.getLogger(NetworkServer.class);
  private static final long STOP_TIMEOUT_MS = 5_000;
  private static final long LOGIN_MEMORY_BYTES = 64 << 20;

  // how much is read at once follows what each connection sends, within these
  private static final int RECEIVE_MIN_BYTES = 256;
  private static final int RECEIVE_INITIAL_BYTES = 2 * 1024;
  private static final int RECEIVE_MAX_BYTES = 256 * 1024;

  private final NetworkConfig config;
  private final HandlerRegistry handlers;
  private final RequestMemory memory;
  private final WorkerPool workers;
  private final ConnectionLimits limits;
  private final ConnectionRates connectionRates;
  private final RequestTimeLimit requestTime;
  private final EventLoopGroup acceptor;
  private final EventLoopGroup eventLoops;
  private final Class<? extends ServerChannel> channelType;
  private final Map<String, Channel> listening = new LinkedHashMap<>();
  private final NetworkThreads threads;
  private final Map<String, List<SocketCounts>> counts;
  private final StartGate start = new StartGate();
  private final ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

  /** One without quotas of clients. */
  public NetworkServer(NetworkConfig config, HandlerRegistry handlers) {
    this(config, handlers, RequestTimeLimit.NONE, ConnectionRates.none());
  }

  public NetworkServer(
      NetworkConfig config,
      HandlerRegistry handlers,
      RequestTimeLimit requestTime,
      ConnectionRates connectionRates) {
    this.config = config;
    this.requestTime = requestTime;
    this.connectionRates = connectionRates;
    this.handlers = handlers;
    this.memory = new RequestMemory(config.requestMemoryBytes());
    this.workers = new WorkerPool(config.workerThreads(), config.workerQueueLength());
    this.limits =
        new ConnectionLimits(
            config.maxConnections(),
            config.maxConnectionsPerIp(),
            config.maxConnectionsPerIpOverrides());
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    this.channelType = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    this.acceptor =
        new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("network-acceptor"), io);
    this.eventLoops =
        new MultiThreadIoEventLoopGroup(
            config.networkThreads(), new DefaultThreadFactory("network"), io);
    this.threads = new NetworkThreads(eventLoops);
    this.counts =
        config.listeners().stream()
            .collect(Collectors.toUnmodifiableMap(ListenerConfig::name, any -> threads.counts()));
  }

  /**
   * Binds all listeners.
   *
   * @throws BindException naming the listener and the address, if one cannot be bound; nothing
   *     stays bound then
   */
  public void bind() {
    RateLimitedLog warnings = new RateLimitedLog(log, System::nanoTime);
    RateLimitedLog loginFailures = new RateLimitedLog(log, System::nanoTime);
    for (ListenerConfig listener : config.listeners()) {
      InetSocketAddress address =
          listener.bindsAllAddresses()
              ? new InetSocketAddress(listener.bindPort())
              : new InetSocketAddress(listener.bindHost(), listener.bindPort());
      ChannelFuture bound =
          bootstrap(listener, warnings, loginFailures).bind(address).awaitUninterruptibly();
      if (!bound.isSuccess()) {
        stop();
        throw new BindException(listener, bound.cause());
      }
      listening.put(listener.name(), bound.channel());
    }
  }

  private ServerBootstrap bootstrap(
      ListenerConfig listener, RateLimitedLog warnings, RateLimitedLog loginFailures) {
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(acceptor, eventLoops)
            .channel(channelType)
            .handler(new AcceptHandler(limits, connectionRates, listener.name(), warnings))
            .childHandler(
                new ConnectionPipeline(
                    listener,
                    config,
                    handlers,
                    memory,
                    // each listener has its own: what strangers do on one is nothing to the others
                    new LoginMemory(Math.min(LOGIN_MEMORY_BYTES, config.requestMemoryBytes())),
                    workers,
                    warnings,
                    loginFailures,
                    connections,
                    start,
                    requestTime,
                    threads,
                    counts(listener.name())))
            .option(ChannelOption.AUTO_READ, false)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, config.listenBacklog())
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOCATOR, ByteBufAllocator.DEFAULT)
            .childOption(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(
                    RECEIVE_MIN_BYTES, RECEIVE_INITIAL_BYTES, RECEIVE_MAX_BYTES))
            .childOption(ChannelOption.MESSAGE_SIZE_ESTIMATOR, OutboundSizes.ESTIMATOR)
            .childOption(
                ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(
                    NetworkConfig.WRITE_BUFFER_LOW_BYTES, NetworkConfig.WRITE_BUFFER_HIGH_BYTES));
    if (config.sendBufferBytes() >= 0) {
      bootstrap.childOption(ChannelOption.SO_SNDBUF, config.sendBufferBytes());
    }
    if (config.receiveBufferBytes() >= 0) {
      bootstrap.option(ChannelOption.SO_RCVBUF, config.receiveBufferBytes());
    }
    return bootstrap;
  }

  /** Lets everybody in. */
  public void accept() {
    start.open();
    acceptBrokers();
  }

  /** Lets in what other brokers say; requests of clients wait for {@link #accept}. */
  public void acceptBrokers() {
    listening.values().forEach(channel -> channel.config().setAutoRead(true));
  }

  /**
   * The port that a listener is bound to.
   *
   * @throws IllegalArgumentException if no such listener is bound
   */
  public int port(String listenerName) {
    Channel channel = listening.get(listenerName);
    if (channel == null) {
      throw new IllegalArgumentException(
          "no listener " + listenerName + " is bound, only " + listening.keySet());
    }
    return ((InetSocketAddress) channel.localAddress()).getPort();
  }

  private List<SocketCounts> counts(String listenerName) {
    List<SocketCounts> own = counts.get(listenerName);
    if (own == null) {
      throw new IllegalStateException(
          "nothing counts for listener " + listenerName + ", only for " + counts.keySet());
    }
    return own;
  }

  /** The event loops that connections are on. */
  public NetworkThreads threads() {
    return threads;
  }

  /** What the connections of each listener have done, by its name, on each of the event loops. */
  public Map<String, List<SocketCounts>> socketCounts() {
    return counts;
  }

  /** The limits on connections, which can be changed at any time. */
  public ConnectionLimits connectionLimits() {
    return limits;
  }

  /** What is left for requests; negative after the limit was passed. */
  public long availableRequestMemoryBytes() {
    return memory.availableBytes();
  }

  /** Stops listening; connections stay. */
  public void stopAccepting() {
    listening.values().forEach(channel -> channel.close().awaitUninterruptibly());
    listening.clear();
  }

  /** Closes listeners and connections and ends all threads. */
  public void stop() {
    stopAccepting();
    connections.close().awaitUninterruptibly(STOP_TIMEOUT_MS);
    try {
      workers.stop(STOP_TIMEOUT_MS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    acceptor.shutdownGracefully(0, STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    eventLoops
        .shutdownGracefully(0, STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(STOP_TIMEOUT_MS);
  }

  /** An address that cannot be listened on. */
  public static final class BindException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BindException(ListenerConfig listener, Throwable cause) {
      super(
          "Listener "
              + listener.name()
              + " cannot bind to "
              + (listener.bindHost().isEmpty() ? "all addresses" : listener.bindHost())
              + ", port "
              + listener.bindPort()
              + ": "
              + cause.getMessage(),
          cause);
    }
  }
}
