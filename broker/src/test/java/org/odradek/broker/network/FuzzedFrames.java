package org.odradek.broker.network;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.message.ApiVersionsRequest;
import org.odradek.protocol.message.MetadataRequest;
import org.odradek.protocol.message.ProduceRequest;

/** Frames as no client should send them. */
final class FuzzedFrames {
  private FuzzedFrames() {}

  static byte[] next(Random random) {
    byte[] frame = valid(random);
    switch (random.nextInt(4)) {
      case 0 -> {
        // as it is
      }
      case 1 -> {
        for (int i = random.nextInt(4); i >= 0; i--) {
          frame[random.nextInt(frame.length)] = (byte) random.nextInt();
        }
      }
      case 2 -> {
        // all but the length and the key
        for (int i = 6; i < frame.length; i++) {
          frame[i] = (byte) random.nextInt();
        }
      }
      default -> random.nextBytes(frame);
    }
    return frame;
  }

  private static byte[] valid(Random random) {
    int correlationId = random.nextInt();
    return switch (random.nextInt(3)) {
      case 0 ->
          TestClient.frame(
              ApiKey.API_VERSIONS, random.nextInt(5), correlationId, new ApiVersionsRequest());
      case 1 ->
          TestClient.frame(
              ApiKey.METADATA,
              1 + random.nextInt(13),
              correlationId,
              new MetadataRequest()
                  .topics(List.of(new MetadataRequest.MetadataRequestTopic().name("topic"))));
      default ->
          TestClient.frame(
              ApiKey.PRODUCE,
              3 + random.nextInt(9),
              correlationId,
              new ProduceRequest()
                  .topicData(
                      List.of(
                          new ProduceRequest.TopicProduceData()
                              .name("t")
                              .partitionData(
                                  List.of(
                                      new ProduceRequest.PartitionProduceData()
                                          .records(
                                              new BufferRecords(
                                                  ByteBuffer.allocate(random.nextInt(3000)))))))));
    };
  }
}
