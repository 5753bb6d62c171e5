package org.odradek.broker.control;

import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.odradek.broker.peer.ChannelPerBroker;
import org.odradek.broker.peer.PeerAddress;
import org.odradek.broker.peer.PeerChannelConfig;
import org.odradek.broker.peer.PeerChannels;
import org.odradek.broker.peer.PeerException;
import org.odradek.controller.ControlRequestSender;
import org.odradek.controller.znode.BrokerEndpoint;
import org.odradek.controller.znode.BrokerInfo;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.Message;

/**
 * Carries the requests of this process's controller: to this broker without a detour, to others by
 * a connection for each, which nothing else uses.
 *
 * <p>Thread-safety: any thread, nothing blocks.
 */
public final class ControlRequests implements ControlRequestSender {
  private final int brokerId;
  private final String listenerName;
  private final Function<Message, CompletableFuture<Message>> own;
  private final ChannelPerBroker channels;

  /**
   * @param brokerId this one
   * @param listenerName that which brokers use among themselves
   * @param own obeys a request to this broker
   */
  public ControlRequests(
      int brokerId,
      String listenerName,
      Function<Message, CompletableFuture<Message>> own,
      PeerChannels peers,
      PeerChannelConfig config) {
    this.brokerId = brokerId;
    this.listenerName = listenerName;
    this.own = own;
    this.channels = new ChannelPerBroker(peers, config);
  }

  @Override
  public CompletableFuture<Message> send(
      BrokerInfo broker, ApiKey apiKey, short version, Message request) {
    if (broker.id() == brokerId) {
      return own.apply(request);
    }
    BrokerEndpoint endpoint = broker.endpoint(listenerName).orElse(null);
    if (endpoint == null) {
      return CompletableFuture.failedFuture(
          new PeerException(
              PeerException.Reason.UNKNOWN_BROKER,
              "broker %d has no listener %s, only %s: all brokers need the listener that brokers use"
                      .formatted(broker.id(), listenerName, broker.endpoints())
                  + " among themselves (inter.broker.listener.name)"));
    }
    return channels
        .to(new PeerAddress(broker.id(), endpoint.host(), endpoint.port()))
        .call(apiKey, version, request);
  }

  @Override
  public void forget(int id) {
    channels.close(id);
  }
}
