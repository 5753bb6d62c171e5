package org.odradek.broker.network;

import io.netty.channel.ChannelPipeline;
import org.odradek.broker.api.RequestContext.ConnectionSession;

/**
 * TLS of one listener.
 *
 * <p>Thread-safety: called by all event loops.
 */
public interface TlsHandlerFactory {

  /**
   * Adds the handlers of a new connection at the end of the pipeline: they see what the socket has
   * received first. What follows them sees plain bytes.
   *
   * @param session is told who the client is, once its certificate has shown it
   */
  void addTo(ChannelPipeline pipeline, ConnectionSession session);
}
