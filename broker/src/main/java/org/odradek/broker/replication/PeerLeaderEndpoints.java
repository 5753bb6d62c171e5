package org.odradek.broker.replication;

import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.peer.InterBrokerVersions;
import org.odradek.broker.peer.PeerAddress;
import org.odradek.broker.peer.PeerChannel;
import org.odradek.broker.peer.PeerChannelConfig;
import org.odradek.broker.peer.PeerChannels;
import org.odradek.broker.peer.PeerException;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.ListOffsetsRequest;
import org.odradek.protocol.message.ListOffsetsResponse;
import org.odradek.protocol.message.OffsetForLeaderEpochRequest;
import org.odradek.protocol.message.OffsetForLeaderEpochResponse;

/** Reaches leaders over the network, each fetcher by a connection of its own. */
public final class PeerLeaderEndpoints implements LeaderEndpoints {
  private final PeerChannels channels;
  private final PeerChannelConfig config;
  private final InterBrokerVersions versions;
  private final IntFunction<@Nullable PeerAddress> addresses;

  /**
   * @param config with {@code replica.socket.timeout.ms} as the request timeout
   * @param addresses where a broker listens for brokers, null while it is not alive
   */
  public PeerLeaderEndpoints(
      PeerChannels channels,
      PeerChannelConfig config,
      InterBrokerVersions versions,
      IntFunction<@Nullable PeerAddress> addresses) {
    this.channels = channels;
    this.config = config;
    this.versions = versions;
    this.addresses = addresses;
  }

  @Override
  public LeaderEndpoint connect(int leader, int fetcher) {
    return new PeerLeader(leader);
  }

  /** Follows its leader when that comes back at another address. Confined to its fetcher. */
  private final class PeerLeader implements LeaderEndpoint {
    private final int leader;
    private @Nullable PeerChannel channel;

    PeerLeader(int leader) {
      this.leader = leader;
    }

    @Override
    public short fetchVersion() {
      return versions.fetch();
    }

    private PeerChannel channel() {
      PeerAddress address = addresses.apply(leader);
      PeerChannel current = channel;
      if (address == null) {
        throw new PeerException(
            PeerException.Reason.UNKNOWN_BROKER,
            "broker " + leader + " is not alive, as far as the controller has told");
      }
      if (current != null && current.peer().equals(address)) {
        return current;
      }
      close();
      PeerChannel opened = channels.open(address, config);
      channel = opened;
      return opened;
    }

    @Override
    public CompletableFuture<Fetched> fetch(FetchRequest request, short version) {
      return channel()
          .send(ApiKey.FETCH, version, request)
          .thenApply(response -> new Fetched((FetchResponse) response.message(), response::close));
    }

    @Override
    public CompletableFuture<OffsetForLeaderEpochResponse> offsetsForLeaderEpoch(
        OffsetForLeaderEpochRequest request) {
      return channel()
          .call(ApiKey.OFFSET_FOR_LEADER_EPOCH, versions.offsetForLeaderEpoch(), request)
          .thenApply(OffsetForLeaderEpochResponse.class::cast);
    }

    @Override
    public CompletableFuture<ListOffsetsResponse> listOffsets(ListOffsetsRequest request) {
      return channel()
          .call(ApiKey.LIST_OFFSETS, versions.listOffsets(), request)
          .thenApply(ListOffsetsResponse.class::cast);
    }

    @Override
    public void close() {
      PeerChannel open = channel;
      channel = null;
      if (open != null) {
        open.close();
      }
    }
  }
}
