package org.odradek.broker.main;

import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ReplicationKeys;
import org.odradek.broker.control.ControllerChannel;
import org.odradek.broker.control.OwnController;
import org.odradek.broker.control.PeerControllerChannel;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.ControlFence;
import org.odradek.broker.peer.InterBrokerVersions;
import org.odradek.broker.peer.NettyPeerChannels;
import org.odradek.broker.peer.PeerAddress;
import org.odradek.broker.peer.PeerChannelConfig;
import org.odradek.broker.peer.PeerChannels;
import org.odradek.broker.peer.PeerSecurity;

/** What there is for speaking to other brokers. */
final class PeerServices implements AutoCloseable {
  private final BrokerConfig config;
  private final int brokerId;
  private final ClusterMetadata metadata;
  private final String listenerName;
  private final InterBrokerVersions versions;
  private final NettyPeerChannels channels;
  private final PeerControllerChannel controllerChannel;

  /**
   * @param security how connections to others are protected
   * @param controllerId as far as this broker knows, negative for none
   * @param own the controller of this process
   */
  PeerServices(
      BrokerConfig config,
      int brokerId,
      PeerSecurity security,
      ClusterMetadata metadata,
      ControlFence fence,
      BrokerThreads threads,
      IntSupplier controllerId,
      OwnController own) {
    this.config = config;
    this.brokerId = brokerId;
    this.metadata = metadata;
    this.listenerName = NetworkSettings.interBrokerListener(config);
    this.versions = PeerSettings.versions(config);
    this.channels = PeerSettings.channels(security, threads.background());
    this.controllerChannel =
        new PeerControllerChannel(
            brokerId,
            fence::brokerEpoch,
            controllerId,
            this::address,
            own,
            channels,
            toController("broker-" + brokerId + "-to-controller"),
            versions,
            (delayMs, task) -> threads.scheduler().schedule(task, delayMs, TimeUnit.MILLISECONDS));
    metadata.addListener((before, after) -> {
      if (before.controllerId() != after.controllerId()) {
        controllerChannel.controllerMoved();
      }
    });
  }

  /** By which listener brokers find each other. */
  String listenerName() {
    return listenerName;
  }

  InterBrokerVersions versions() {
    return versions;
  }

  PeerChannels channels() {
    return channels;
  }

  ControllerChannel controllerChannel() {
    return controllerChannel;
  }

  /** Where a broker is, null if it is not alive or cannot be reached by brokers. */
  @Nullable PeerAddress address(int id) {
    return PeerAddress.of(metadata.current(), id, listenerName);
  }

  /** For requests of this process's controller to brokers. */
  PeerChannelConfig fromController() {
    return toController("controller-" + brokerId);
  }

  private PeerChannelConfig toController(String clientId) {
    return PeerChannelConfig.of(
        clientId, config.value(ReplicationKeys.CONTROLLER_SOCKET_TIMEOUT_MS));
  }

  @Override
  public void close() {
    controllerChannel.close();
    channels.close();
  }
}
