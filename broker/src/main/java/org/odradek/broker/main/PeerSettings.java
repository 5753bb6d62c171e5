package org.odradek.broker.main;

import java.util.concurrent.Executor;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.ReplicationKeys;
import org.odradek.broker.peer.InterBrokerVersions;
import org.odradek.broker.peer.NettyPeerChannels;
import org.odradek.broker.peer.PeerSecurity;

/** Reads out of the configuration how this broker speaks to others. */
final class PeerSettings {
  private static final int THREADS_MAX = 4;

  private PeerSettings() {}

  static InterBrokerVersions versions(BrokerConfig config) {
    String version = config.value(ReplicationKeys.INTER_BROKER_PROTOCOL_VERSION);
    try {
      return InterBrokerVersions.of(version);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(
          ReplicationKeys.INTER_BROKER_PROTOCOL_VERSION.name(),
          version,
          "the oldest that is spoken here is " + InterBrokerVersions.OLDEST);
    }
  }

  static NettyPeerChannels channels(PeerSecurity security, Executor lookups) {
    int threads = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, THREADS_MAX);
    return new NettyPeerChannels(security, threads, lookups);
  }
}
