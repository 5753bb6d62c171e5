package org.odradek.broker.control;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.odradek.broker.peer.PeerAddress;
import org.odradek.broker.peer.PeerChannel;
import org.odradek.broker.peer.PeerChannelConfig;
import org.odradek.broker.peer.PeerChannels;
import org.odradek.broker.peer.PeerException;
import org.odradek.broker.peer.PeerResponse;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.Message;

/** Other brokers, who answer when the test says so. */
final class FakePeers implements PeerChannels {

  /** A request that was sent, to be answered. */
  record Sent(
      PeerAddress to,
      ApiKey apiKey,
      short version,
      Message request,
      CompletableFuture<PeerResponse> future) {
    void answer(Message response) {
      future.complete(new PeerResponse(response, () -> {}));
    }

    void fail(PeerException.Reason reason) {
      future.completeExceptionally(new PeerException(reason, reason.name()));
    }
  }

  final List<Sent> sent = new ArrayList<>();
  final List<PeerAddress> closed = new ArrayList<>();

  Sent last() {
    return sent.getLast();
  }

  @Override
  public PeerChannel open(PeerAddress peer, PeerChannelConfig config) {
    return new PeerChannel() {
      @Override
      public PeerAddress peer() {
        return peer;
      }

      @Override
      public CompletableFuture<PeerResponse> send(ApiKey apiKey, short version, Message request) {
        CompletableFuture<PeerResponse> future = new CompletableFuture<>();
        sent.add(new Sent(peer, apiKey, version, request, future));
        return future;
      }

      @Override
      public void close() {
        closed.add(peer);
        for (Sent each : List.copyOf(sent)) {
          if (each.to().equals(peer)) {
            each.fail(PeerException.Reason.CLOSED);
          }
        }
      }
    };
  }
}
