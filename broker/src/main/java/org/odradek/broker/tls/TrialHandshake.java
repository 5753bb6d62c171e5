package org.odradek.broker.tls;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/**
 * A handshake in memory, between what brokers would connect with and what they would be met by:
 * whether they could talk to each other is known before any of them has to. The JVM's engines do
 * it, whatever is used later: it is about the stores and settings. Names are not checked, as the
 * other broker's is not known here.
 */
final class TrialHandshake {
  /** More than any handshake has, so that it ends. */
  private static final int STEPS_MAX = 1_000;

  private final SSLEngine client;
  private final SSLEngine server;
  private final ByteBuffer toServer;
  private final ByteBuffer toClient;
  private final ByteBuffer read;
  private boolean hasMoved;

  private TrialHandshake(SSLEngine client, SSLEngine server) {
    this.client = client;
    this.server = server;
    int packetBytes =
        4
            * Math.max(
                client.getSession().getPacketBufferSize(),
                server.getSession().getPacketBufferSize());
    toServer = ByteBuffer.allocate(packetBytes);
    toClient = ByteBuffer.allocate(packetBytes);
    read = ByteBuffer.allocate(packetBytes);
  }

  /** What one side has. */
  record Side(TlsSettings settings, Stores stores) {

    private SSLEngine engine(boolean connects) throws SSLException {
      KeyManagerFactory keys = stores.keys();
      try {
        String provider = settings.provider();
        SSLContext context =
            provider == null
                ? SSLContext.getInstance("TLS")
                : SSLContext.getInstance("TLS", provider);
        context.init(
            keys == null ? null : keys.getKeyManagers(), stores.trusted().getTrustManagers(), null);
        SSLEngine engine = context.createSSLEngine("localhost", 0);
        engine.setUseClientMode(connects);
        engine.setEnabledProtocols(settings.protocols().toArray(String[]::new));
        if (!settings.cipherSuites().isEmpty()) {
          engine.setEnabledCipherSuites(settings.cipherSuites().toArray(String[]::new));
        }
        switch (settings.clientAuth()) {
          case NONE -> {}
          case REQUESTED -> engine.setWantClientAuth(!connects);
          case REQUIRED -> engine.setNeedClientAuth(!connects);
        }
        return engine;
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        throw new SSLException(e.getMessage(), e);
      }
    }
  }

  /**
   * @throws SSLException when it fails, on either side
   */
  static void run(Side connecting, Side listening) throws SSLException {
    new TrialHandshake(connecting.engine(true), listening.engine(false)).handshake();
  }

  private void handshake() throws SSLException {
    client.beginHandshake();
    server.beginHandshake();
    for (int i = 0; i < STEPS_MAX; i++) {
      hasMoved = false;
      step(client, toClient, toServer);
      step(server, toServer, toClient);
      if (!hasMoved) {
        if (isOver(client) && isOver(server)) {
          return;
        }
        break;
      }
    }
    throw new SSLException(
        "the handshake does not come to an end: the side that connects is at "
            + client.getHandshakeStatus()
            + ", the other one at "
            + server.getHandshakeStatus());
  }

  private static boolean isOver(SSLEngine engine) {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING
        && !engine.isInboundDone()
        && !engine.isOutboundDone();
  }

  private void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    switch (engine.getHandshakeStatus()) {
      case NEED_TASK -> {
        for (Runnable task = engine.getDelegatedTask();
            task != null;
            task = engine.getDelegatedTask()) {
          task.run();
          hasMoved = true;
        }
      }
      case NEED_WRAP -> moved(engine.wrap(ByteBuffer.allocate(0), out));
      // what follows the last message of one side is for the other one to judge
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN, NOT_HANDSHAKING, FINISHED -> {
        if (in.position() > 0) {
          in.flip();
          try {
            moved(engine.unwrap(in, read.clear()));
          } finally {
            in.compact();
          }
        }
      }
    }
  }

  private void moved(SSLEngineResult result) {
    hasMoved |= result.bytesConsumed() > 0 || result.bytesProduced() > 0;
    hasMoved |= result.getHandshakeStatus() == HandshakeStatus.FINISHED;
  }
}
