package org.odradek.broker.main;

import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.odradek.broker.api.HandlerRegistry;
import org.odradek.broker.authentication.LoginCounts;
import org.odradek.broker.authentication.SaslListener;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.DynamicConfigs;
import org.odradek.broker.config.Listener;
import org.odradek.broker.network.ListenerSecurity;
import org.odradek.broker.network.SecurityProtocol;
import org.odradek.broker.peer.PeerSecurity;
import org.odradek.controller.zookeeper.ZooKeeperClient;

/**
 * How connections are protected and who may come in: what listeners need is made from the
 * configuration alone, before ZooKeeper is there; credentials and changes follow with {@link
 * #start}.
 */
final class SecurityServices implements AutoCloseable {

  private final SaslServices sasl;
  private final Map<String, ListenerSecurity> listeners = new HashMap<>();
  private final TlsServices tls;
  private final PeerSecurity peers;
  private final DelegationServices delegation;
  private final OAuthBearerServices oauthBearer;
  private final KerberosServices kerberos;

  private SecurityServices(BrokerConfig config) {
    this.delegation = DelegationServices.of(config);
    this.tls = new TlsServices(config);
    this.oauthBearer = new OAuthBearerServices(config, InstantSource.system());
    this.kerberos = new KerberosServices(config, InstantSource.system());
    this.sasl = new SaslServices(config, oauthBearer, kerberos, delegation.logins());
    for (Listener listener : NetworkSettings.bound(config)) {
      listeners.put(listener.name(), secure(listener));
    }
    this.peers = securePeers(NetworkSettings.interBrokerListener(config));
  }

  /**
   * @throws ConfigException for what cannot be served
   */
  static SecurityServices of(BrokerConfig config) {
    return new SecurityServices(config);
  }

  private ListenerSecurity secure(Listener listener) {
    SecurityProtocol protocol = SecurityProtocol.valueOf(listener.protocol().name());
    return new ListenerSecurity(
        protocol,
        protocol.usesTls() ? tls.open(listener) : null,
        protocol.usesSasl() ? sasl.listener(listener.name()) : null);
  }

  private PeerSecurity securePeers(String listenerName) {
    SecurityProtocol protocol = listener(listenerName).protocol();
    return new PeerSecurity(
        protocol,
        protocol.usesTls() ? tls.peers() : null,
        protocol.usesSasl() ? sasl.client(listenerName) : null);
  }

  /** By listener, for those that ask their clients who they are, by SASL, by TLS or by both. */
  Map<String, List<LoginCounts>> loginCounts() {
    Map<String, List<LoginCounts>> counts = new TreeMap<>();
    tls.counts().forEach((name, own) -> counts.put(name, List.of(own)));
    for (SaslListener listener : sasl.listeners()) {
      LoginCounts own = listener.counts();
      counts.merge(
          listener.listenerName(), List.of(own), (ofTls, ofSasl) -> List.of(ofTls.getFirst(), own));
    }
    return counts;
  }

  /** How a listener protects its connections. */
  ListenerSecurity listener(String name) {
    ListenerSecurity security = listeners.get(name);
    if (security != null) {
      return security;
    }
    if (listeners.isEmpty()) {
      return ListenerSecurity.PLAINTEXT; // nothing is configured: the one on loopback
    }
    throw new IllegalArgumentException(
        "There is no listener " + name + ", only " + listeners.keySet());
  }

  /** How connections to other brokers are protected. */
  PeerSecurity peers() {
    return peers;
  }

  /** Called before settings are read from ZooKeeper, so that the first ones are seen too. */
  void follow(DynamicConfigs configs, BrokerThreads threads) {
    sasl.follow(configs);
    tls.follow(configs, threads);
  }

  /**
   * Reads credentials, before anybody is let in.
   *
   * @param isController whether this broker is the controller now
   */
  void start(ZooKeeperClient session, BrokerThreads threads, BooleanSupplier isController)
      throws Exception {
    tls.awaitReloaded();
    delegation.start(session, threads, isController);
    oauthBearer.start(threads);
    kerberos.start(threads);
  }

  void register(HandlerRegistry handlers, ZooKeeperClient session, BooleanSupplier isController) {
    delegation.register(handlers);
    sasl.register(handlers, session, isController);
  }

  @Override
  public void close() {
    tls.close();
    kerberos.close();
  }
}
