package org.odradek.broker.peer;

/**
 * Makes connections to other brokers.
 *
 * <p>Thread-safety: any thread, nothing blocks.
 */
public interface PeerChannels {

  /**
   * A new channel, which is the caller's alone: requests that must not wait for each other (control
   * requests and fetches, say) take channels of their own. Whoever opens it closes it.
   */
  PeerChannel open(PeerAddress peer, PeerChannelConfig config);
}
