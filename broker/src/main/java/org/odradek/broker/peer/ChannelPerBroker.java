package org.odradek.broker.peer;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One channel to each broker, opened when it is first asked for, and again when the broker's
 * address has changed.
 *
 * <p>Thread-safety: any thread, nothing blocks.
 */
public final class ChannelPerBroker {
  private final PeerChannels peers;
  private final PeerChannelConfig config;
  private final Map<Integer, PeerChannel> channels = new HashMap<>();

  public ChannelPerBroker(PeerChannels peers, PeerChannelConfig config) {
    this.peers = peers;
    this.config = config;
  }

  /** The channel to the broker at this address; one to a former address of it is closed. */
  public synchronized PeerChannel to(PeerAddress address) {
    PeerChannel known = channels.get(address.brokerId());
    if (known != null && known.peer().equals(address)) {
      return known;
    }
    if (known != null) {
      known.close();
    }
    PeerChannel opened = peers.open(address, config);
    channels.put(address.brokerId(), opened);
    return opened;
  }

  /** Closes the channel to a broker, if there is one. */
  public void close(int brokerId) {
    PeerChannel known;
    synchronized (this) {
      known = channels.remove(brokerId);
    }
    if (known != null) {
      known.close();
    }
  }

  /** Closes all channels; the next request opens one again. */
  public void closeAll() {
    List<PeerChannel> open;
    synchronized (this) {
      open = List.copyOf(channels.values());
      channels.clear();
    }
    open.forEach(PeerChannel::close);
  }
}
