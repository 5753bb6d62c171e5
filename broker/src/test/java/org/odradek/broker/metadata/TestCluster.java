package org.odradek.broker.metadata;

import java.util.List;
import java.util.Set;
import org.odradek.broker.api.ApiHandler;
import org.odradek.broker.api.HandlerCall;
import org.odradek.protocol.Message;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.UpdateMetadataRequest;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataBroker;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataEndpoint;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataPartitionState;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataTopicState;

/** A cluster as a controller would announce it: brokers 1 and 2, each at port 9000 + id. */
final class TestCluster {
  static final String CLUSTER_ID = "AAAAAAAAAAAAAAAAAAAAAA";

  final ClusterMetadata metadata = new ClusterMetadata();
  final ControlFence fence = new ControlFence();
  final UpdateMetadataHandler updates =
      new UpdateMetadataHandler(metadata, fence, ControlOrder.inOneThread(metadata));
  final AdvertisedEndpoints endpoints = new AdvertisedEndpoints(1, Set.of());

  static UpdateMetadataBroker broker(int id) {
    return new UpdateMetadataBroker()
        .id(id)
        .rack("rack" + id)
        .endpoints(
            List.of(
                new UpdateMetadataEndpoint()
                    .host("host" + id)
                    .port(9000 + id)
                    .listener("PLAINTEXT")
                    .securityProtocol((short) 0)));
  }

  static UpdateMetadataPartitionState partition(int index, int leader, List<Integer> replicas) {
    return new UpdateMetadataPartitionState()
        .partitionIndex(index)
        .leader(leader)
        .leaderEpoch(5)
        .isr(replicas)
        .replicas(replicas);
  }

  static UpdateMetadataTopicState topic(
      String name, Uuid id, UpdateMetadataPartitionState... partitions) {
    return new UpdateMetadataTopicState()
        .topicName(name)
        .topicId(id)
        .partitionStates(List.of(partitions));
  }

  /** Brokers 1 and 2 live, 1 is the controller; and these topics are announced. */
  short announce(UpdateMetadataTopicState... topics) {
    return updates
        .apply(
            new UpdateMetadataRequest()
                .controllerId(1)
                .controllerEpoch(1)
                .liveBrokers(List.of(broker(1), broker(2)))
                .topicStates(List.of(topics)))
        .errorCode();
  }

  /** What the handler answers at once to a client of the listener PLAINTEXT. */
  static <Q extends Message, R extends Message> R ask(
      ApiHandler<Q, R> handler, int version, Q request) {
    return HandlerCall.ask(handler, version, request).resultNow();
  }
}
