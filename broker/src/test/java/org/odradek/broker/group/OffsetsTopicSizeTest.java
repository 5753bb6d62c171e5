package org.odradek.broker.group;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.odradek.broker.metadata.ClusterMetadata;
import org.odradek.broker.metadata.ControlFence;
import org.odradek.broker.metadata.ControlOrder;
import org.odradek.broker.metadata.UpdateMetadataHandler;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.message.UpdateMetadataRequest;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataPartitionState;
import org.odradek.protocol.message.UpdateMetadataRequest.UpdateMetadataTopicState;

class OffsetsTopicSizeTest {
  private final ClusterMetadata metadata = new ClusterMetadata();
  private final UpdateMetadataHandler updates =
      new UpdateMetadataHandler(metadata, new ControlFence(), ControlOrder.inOneThread(metadata));
  private final OffsetsTopicSize size = new OffsetsTopicSize(metadata);

  private void announce(String topic, Uuid id, int... partitions) {
    List<UpdateMetadataPartitionState> states =
        Arrays.stream(partitions)
            .mapToObj(partition ->
                new UpdateMetadataPartitionState()
                    .partitionIndex(partition)
                    .leader(1)
                    .isr(List.of(1))
                    .replicas(List.of(1)))
            .toList();
    updates.apply(
        new UpdateMetadataRequest()
            .controllerEpoch(1)
            .topicStates(
                List.of(
                    new UpdateMetadataTopicState()
                        .topicName(topic)
                        .topicId(id)
                        .partitionStates(states))));
  }

  @Test
  void nothingIsGuessedBeforeTheTopicIsKnown() {
    announce("other", new Uuid(3, 3), 0);
    assertEquals(OffsetsTopicSize.NOT_KNOWN, size.partitions());
    announce("__consumer_offsets", new Uuid(1, 1), 0, 1, 2);
    assertEquals(3, size.partitions());
  }

  @Test
  void partitionsAddedDoNotMoveGroups() {
    announce("__consumer_offsets", new Uuid(1, 1), 0, 1);
    assertEquals(2, size.partitions());
    announce("__consumer_offsets", new Uuid(1, 1), 2, 3);
    assertEquals(2, size.partitions());
    assertEquals(4, new OffsetsTopicSize(metadata).partitions(), "after a restart");
  }

  @Test
  void aNumberWithGapsIsNotKept() {
    announce("__consumer_offsets", new Uuid(1, 1), 0, 2);
    assertEquals(3, size.partitions());
    announce("__consumer_offsets", new Uuid(1, 1), 1, 3);
    assertEquals(4, size.partitions());
  }

  @Test
  void aTopicMadeAnewHasItsOwnSize() {
    announce("__consumer_offsets", new Uuid(1, 1), 0, 1);
    assertEquals(2, size.partitions());
    announce("__consumer_offsets", new Uuid(2, 2), 0, 1, 2);
    assertEquals(3, size.partitions());
    size.forget();
    announce("__consumer_offsets", new Uuid(2, 2), 3);
    assertEquals(4, size.partitions());
  }
}
