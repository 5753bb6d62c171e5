package org.odradek.broker.peer;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Connections over TCP, on event loops of their own: what clients do does not hold up replication.
 *
 * <p>Thread-safety: {@link #open} from any thread.
 */
public final class NettyPeerChannels implements PeerChannels, AutoCloseable {
  private static final int RECEIVE_MIN_BYTES = 256;
  private static final int RECEIVE_INITIAL_BYTES = 4 * 1024;
  private static final int RECEIVE_MAX_BYTES = 256 * 1024;
  private static final long STOP_TIMEOUT_MS = 3_000;

  private final PeerSecurity security;
  private final Executor lookups;
  private final EventLoopGroup eventLoops;
  private final Class<? extends Channel> channelType;
  private final Set<NettyPeerChannel> open = ConcurrentHashMap.newKeySet();

  /**
   * @param security how the connections are protected
   * @param threads how many event loops; each is started when it is first needed
   * @param lookups looks up host names, which may take long
   */
  public NettyPeerChannels(PeerSecurity security, int threads, Executor lookups) {
    this.security = security;
    this.lookups = lookups;
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    this.channelType = epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    this.eventLoops =
        new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("peer", true), io);
  }

  @Override
  public PeerChannel open(PeerAddress peer, PeerChannelConfig config) {
    EventLoop eventLoop = eventLoops.next();
    Bootstrap bootstrap =
        new Bootstrap()
            .group(eventLoop)
            .channel(channelType)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, config.connectTimeoutMs())
            .option(
                ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(
                    RECEIVE_MIN_BYTES, RECEIVE_INITIAL_BYTES, RECEIVE_MAX_BYTES));
    if (config.receiveBufferBytes() >= 0) {
      bootstrap.option(ChannelOption.SO_RCVBUF, config.receiveBufferBytes());
    }
    NettyPeerChannel channel =
        new NettyPeerChannel(peer, config, security, eventLoop, bootstrap, lookups, open::remove);
    open.add(channel);
    return channel;
  }

  /** Closes all channels and ends the threads. */
  @Override
  public void close() {
    open.forEach(NettyPeerChannel::close);
    eventLoops
        .shutdownGracefully(0, STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(STOP_TIMEOUT_MS);
  }
}
