package org.odradek.broker.training;

import static org.odradek.broker.training.TopicTraffic.check;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.odradek.broker.network.ClientConnection;
import org.odradek.broker.training.TopicTraffic.Topic;
import org.odradek.protocol.ApiKey;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.message.InitProducerIdRequest;
import org.odradek.protocol.message.InitProducerIdResponse;
import org.odradek.protocol.message.ProduceRequest;
import org.odradek.protocol.message.ProduceRequest.PartitionProduceData;
import org.odradek.protocol.message.ProduceRequest.TopicProduceData;
import org.odradek.protocol.message.ProduceResponse;
import org.odradek.protocol.record.RecordBatchBuilder;

/** A producer that has up to five requests under way, as Kafka's has. */
final class ProduceTraffic {
  private static final int REQUESTS_UNDER_WAY_MAX = 5;
  private static final long TIMESTAMP_MS = 1_700_000_000_000L;

  /**
   * @param version of the requests
   * @param batchesPerRequest each for a partition of its own
   */
  record Shape(
      int version, int acks, int recordBytes, int recordsPerBatch, int batchesPerRequest) {}

  private final ClientConnection connection;
  private final Topic topic;
  private final Random random = new Random(1);

  ProduceTraffic(ClientConnection connection, Topic topic) {
    this.connection = connection;
    this.topic = topic;
  }

  /** Sends the same request again and again. */
  void send(Shape shape, int requests) throws IOException {
    ByteBuffer records = batch(shape, new RecordBatchBuilder());
    for (int i = 0; i < requests; i++) {
      var partitions = new ArrayList<PartitionProduceData>();
      for (int b = 0; b < shape.batchesPerRequest(); b++) {
        partitions.add(of((i + b) % topic.partitions(), records));
      }
      send(shape, partitions);
    }
    awaitAll();
  }

  /** Sends as an idempotent producer does. */
  void sendIdempotent(Shape shape, int requests) throws IOException {
    var producer =
        connection.ask(
            ApiKey.INIT_PRODUCER_ID,
            4,
            new InitProducerIdRequest().transactionTimeoutMs(60_000).transactionalId(null),
            InitProducerIdResponse.class);
    check(producer.errorCode());
    for (int i = 0; i < requests; i++) {
      var builder =
          new RecordBatchBuilder()
              .producer(
                  producer.producerId(), producer.producerEpoch(), i * shape.recordsPerBatch());
      send(shape, List.of(of(0, batch(shape, builder))));
    }
    awaitAll();
  }

  private static PartitionProduceData of(int partition, ByteBuffer records) {
    return new PartitionProduceData()
        .index(partition)
        .records(new BufferRecords(records.duplicate()));
  }

  private ByteBuffer batch(Shape shape, RecordBatchBuilder builder) {
    byte[] value = new byte[shape.recordBytes()];
    random.nextBytes(value);
    for (int r = 0; r < shape.recordsPerBatch(); r++) {
      builder.append(TIMESTAMP_MS, null, ByteBuffer.wrap(value));
    }
    return builder.build();
  }

  private void send(Shape shape, List<PartitionProduceData> partitions) throws IOException {
    var data = new TopicProduceData().name(topic.name()).topicId(topic.id());
    var request =
        new ProduceRequest()
            .acks((short) shape.acks())
            .timeoutMs(30_000)
            .topicData(List.of(data.partitionData(partitions)));
    if (shape.acks() == 0) {
      connection.sendOnly(ApiKey.PRODUCE, shape.version(), request);
      return;
    }
    if (connection.unanswered() == REQUESTS_UNDER_WAY_MAX) {
      checkAnswer();
    }
    connection.send(ApiKey.PRODUCE, shape.version(), request);
  }

  private void awaitAll() throws IOException {
    while (connection.unanswered() > 0) {
      checkAnswer();
    }
  }

  private void checkAnswer() throws IOException {
    var response = (ProduceResponse) connection.answer();
    for (var partition : response.responses().getFirst().partitionResponses()) {
      check(partition.errorCode());
    }
  }
}
