package org.odradek.broker.peer;

import io.netty.channel.ChannelPipeline;

/**
 * TLS of this broker as a client of others.
 *
 * <p>Thread-safety: called by all event loops.
 */
public interface PeerTlsHandlerFactory {

  /**
   * Adds the handlers of a new connection at the end of the pipeline. Bytes that are written before
   * the handshake is over wait for it; when it fails, an exception that says why comes down the
   * pipeline.
   *
   * @param peer whose certificate is to be checked
   */
  void addTo(ChannelPipeline pipeline, PeerAddress peer);
}
