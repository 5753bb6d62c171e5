package org.odradek.broker.tls;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.IllegalReferenceCountException;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.concurrent.Executor;
import java.util.function.Function;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.api.RequestContext.ConnectionSession;
import org.odradek.broker.authentication.LoginCounts;
import org.odradek.broker.config.BrokerConfig;
import org.odradek.broker.config.ConfigException;
import org.odradek.broker.config.SslKeys;
import org.odradek.broker.network.TlsHandlerFactory;
import org.odradek.broker.peer.PeerAddress;
import org.odradek.broker.peer.PeerTlsHandlerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of one listener: of the connections that come in by it, and, where brokers use it among
 * themselves, of those to other brokers.
 *
 * <p>What stores hold and settings say can be replaced at any time ({@link #reload}); connections
 * that are there keep what they were made with.
 *
 * <p>Thread-safety: connections are made on all event loops; reloads come from any thread that may
 * wait for disks.
 */
public final class ListenerTls implements TlsHandlerFactory, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ListenerTls.class);

  private final String name;
  private final boolean withSasl;
  private final boolean forPeers;
  private final TlsResources resources;
  private final LoginCounts counts = new LoginCounts();

  /** Null as long as there is no key store. */
  private volatile @Nullable State state;

  /** What could not be taken last, not to be tried again as it is; null after a success. */
  private @Nullable Attempt failed;

  private record Attempt(TlsSettings settings, StoreFiles files) {}

  /**
   * What is in use at one moment.
   *
   * @param outgoing null where brokers use another listener among themselves
   */
  private record State(
      TlsSettings settings,
      Stores stores,
      StoreFiles files,
      TlsContext incoming,
      @Nullable TlsContext outgoing) {

    void release() {
      incoming.release();
      if (outgoing != null) {
        outgoing.release();
      }
    }
  }

  private ListenerTls(
      String name,
      boolean withSasl,
      boolean forPeers,
      TlsResources resources,
      @Nullable State state) {
    this.name = name;
    this.withSasl = withSasl;
    this.forPeers = forPeers;
    this.resources = resources;
    this.state = state;
  }

  /**
   * Reads the stores of a listener; waits for disks. Without a key store there is nothing yet: it
   * may be given in ZooKeeper, and comes by {@link #reload}.
   *
   * @param withSasl whether it is SASL by which its clients say who they are
   * @param forPeers whether brokers use the listener among themselves
   * @throws ConfigException when a store cannot be read or used; says which setting and what to do
   */
  public static ListenerTls open(
      BrokerConfig config,
      String listenerName,
      boolean withSasl,
      boolean forPeers,
      TlsResources resources) {
    TlsSettings settings = TlsSettings.of(config, listenerName, withSasl);
    State state = settings.keyStore() == null ? null : load(settings, forPeers);
    if (state != null) {
      tellOf(settings);
    }
    return new ListenerTls(listenerName, withSasl, forPeers, resources, state);
  }

  private static void tellOf(TlsSettings settings) {
    log.info(
        "Listener {} speaks {} by {}",
        settings.listenerName(),
        String.join(", ", settings.protocols()),
        TlsContext.engineName(settings));
  }

  /**
   * Once all settings are known, those in ZooKeeper too.
   *
   * @throws ConfigException when there is still no key store
   */
  public void requireKeys(BrokerConfig config) {
    if (state == null) {
      load(TlsSettings.of(config, name, withSasl), forPeers).release();
    }
  }

  private static State load(TlsSettings settings, boolean forPeers) {
    // looked at before they are read: what changes meanwhile is seen at the next look
    StoreFiles files = StoreFiles.of(settings);
    Stores stores = Stores.load(settings);
    warnOfDates(settings, stores.certificate());
    TlsContext incoming = TlsContext.server(settings, stores);
    State loaded;
    try {
      loaded =
          new State(
              settings,
              stores,
              files,
              incoming,
              forPeers ? TlsContext.client(settings, stores) : null);
    } catch (ConfigException e) {
      incoming.release();
      throw e;
    }
    try {
      tryHandshake(loaded, loaded, "");
      return loaded;
    } catch (ConfigException e) {
      loaded.release();
      throw e;
    }
  }

  /** Where brokers use the listener among themselves, both ends of it have to fit together. */
  private static void tryHandshake(State connecting, State listening, String when) {
    if (connecting.outgoing == null) {
      return;
    }
    try {
      TrialHandshake.run(
          new TrialHandshake.Side(connecting.settings, connecting.stores),
          new TrialHandshake.Side(listening.settings, listening.stores));
    } catch (SSLException e) {
      X509Certificate certificate = listening.stores.certificate();
      throw new ConfigException(
          "Brokers could not connect to each other by listener "
              + listening.settings.listenerName()
              + when
              + ": a handshake of its own stores, with the certificate of "
              + (certificate == null ? "nobody" : certificate.getSubjectX500Principal())
              + ", failed: "
              + TlsFailure.describe(e)
              + ". The trust store ("
              + SslKeys.SSL_TRUSTSTORE_LOCATION.name()
              + ") has to hold the issuer of the certificate in the key store ("
              + SslKeys.SSL_KEYSTORE_LOCATION.name()
              + "), and the certificate has to be allowed for servers and clients");
    }
  }

  private static void warnOfDates(TlsSettings settings, @Nullable X509Certificate certificate) {
    Date now = new Date();
    if (certificate == null) {
      return;
    }
    if (now.after(certificate.getNotAfter()) || now.before(certificate.getNotBefore())) {
      log.warn(
          "The certificate of listener {}, {}, is valid from {} to {} only: clients will refuse it",
          settings.listenerName(),
          certificate.getSubjectX500Principal(),
          certificate.getNotBefore().toInstant(),
          certificate.getNotAfter().toInstant());
    }
  }

  // ---- connections

  @Override
  public void addTo(ChannelPipeline pipeline, ConnectionSession session) {
    pipeline.addLast(
        "tls-start",
        new TlsStartHandler(
            name, this::newIncoming, this::principalName, session, withSasl, resources, counts));
  }

  private SslHandler newIncoming(ByteBufAllocator allocator, Executor tasks) {
    return fromState(now -> now.incoming.newHandler(allocator, tasks));
  }

  /** Whose certificate stands for which name, by the rules of now. */
  private @Nullable String principalName(String distinguishedName) {
    return inUse().settings.principals().map(distinguishedName);
  }

  /** For connections to other brokers. */
  public PeerTlsHandlerFactory peers() {
    if (!forPeers) {
      throw new IllegalStateException("Brokers do not use listener " + name);
    }
    return this::addToPeer;
  }

  private void addToPeer(ChannelPipeline pipeline, PeerAddress peer) {
    SslHandler handler = fromState(now -> outgoing(now, pipeline.channel(), peer, resources));
    handler.setHandshakeTimeoutMillis(TlsResources.HANDSHAKE_TIMEOUT_MS);
    pipeline.addLast("tls", handler);
    pipeline.addLast("tls-failures", new PeerHandshakeHandler(peer));
  }

  private static SslHandler outgoing(
      State now, Channel channel, PeerAddress peer, TlsResources resources) {
    TlsContext outgoing = now.outgoing;
    if (outgoing == null) {
      throw new IllegalStateException("no context for connections to brokers");
    }
    return outgoing.newHandler(channel.alloc(), peer.host(), peer.port(), resources.tasks());
  }

  private State inUse() {
    State now = state;
    if (now == null) {
      throw new IllegalStateException("listener " + name + " has no key store");
    }
    return now;
  }

  private SslHandler fromState(Function<State, SslHandler> make) {
    while (true) {
      State now = inUse();
      try {
        return make.apply(now);
      } catch (IllegalReferenceCountException e) {
        if (now == state) {
          throw e; // closed
        }
        // replaced in this very moment
      }
    }
  }

  // ---- changes

  /**
   * Whether the settings of {@code config} could be taken: everything is read and made, and let go
   * of again.
   *
   * @throws ConfigException when not
   */
  public void check(BrokerConfig config) {
    prepare(config).release();
  }

  /**
   * Takes the settings of {@code config} and what the stores hold now, if there is anything new
   * since the last time, be it that it could be taken or not.
   *
   * @return whether something new was taken
   * @throws ConfigException when it cannot be used; then everything stays as it was
   */
  public synchronized boolean reload(BrokerConfig config) {
    TlsSettings settings = TlsSettings.of(config, name, withSasl);
    StoreFiles files = StoreFiles.of(settings);
    State before = state;
    Attempt attempt = new Attempt(settings, files);
    if (before == null && settings.keyStore() == null) {
      return false;
    }
    if ((before != null && attempt.equals(new Attempt(before.settings, before.files)))
        || attempt.equals(failed)) {
      return false;
    }
    failed = attempt;
    State after = prepare(config);
    failed = null;
    state = after;
    if (before == null) {
      tellOf(settings);
      return true;
    }
    before.release();
    tell(after.stores.certificate());
    return true;
  }

  private void tell(@Nullable X509Certificate certificate) {
    if (certificate != null) {
      log.info(
          "Listener {} has new TLS settings; its certificate is that of {}, valid until {}",
          name,
          certificate.getSubjectX500Principal(),
          certificate.getNotAfter().toInstant());
    }
  }

  private State prepare(BrokerConfig config) {
    State before = state;
    TlsSettings settings = TlsSettings.of(config, name, withSasl);
    State after = load(settings, forPeers);
    if (before == null) {
      return after;
    }
    try {
      CertificateNames.checkKept(settings, before.stores.certificate(), after.stores.certificate());
      // other brokers have the stores of before, until they are given new ones as well
      tryHandshake(before, after, ", from brokers that have the stores of before");
      tryHandshake(after, before, ", to brokers that have the stores of before");
    } catch (ConfigException e) {
      after.release();
      throw e;
    }
    return after;
  }

  /** Handshakes that failed, and where clients need not log in as well, those that did not. */
  public LoginCounts counts() {
    return counts;
  }

  /** The listener that this is for. */
  public String name() {
    return name;
  }

  /** Nobody makes connections any more. */
  @Override
  public void close() {
    State last = state;
    if (last != null) {
      last.release();
    }
  }
}
