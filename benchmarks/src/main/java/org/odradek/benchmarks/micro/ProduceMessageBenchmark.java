package org.odradek.benchmarks.micro;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.ByteBufferWriter;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.compression.CompressionType;
import org.odradek.protocol.message.ProduceRequest;
import org.odradek.protocol.message.ProduceRequest.PartitionProduceData;
import org.odradek.protocol.message.ProduceRequest.TopicProduceData;
import org.odradek.protocol.message.ProduceResponse;
import org.odradek.protocol.message.ProduceResponse.PartitionProduceResponse;
import org.odradek.protocol.message.ProduceResponse.TopicProduceResponse;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reading a Produce request (records stay where they are) and writing its response. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ProduceMessageBenchmark {
  private static final short VERSION = 9;

  @Param({"1", "100"})
  int partitions;

  private ByteBuffer request = MessageReader.EMPTY_BYTES;
  private ProduceResponse response = new ProduceResponse();

  @Setup
  public void prepare() {
    var data = new ArrayList<PartitionProduceData>();
    var answers = new ArrayList<PartitionProduceResponse>();
    for (int p = 0; p < partitions; p++) {
      data.add(
          new PartitionProduceData()
              .index(p)
              .records(new BufferRecords(Batches.batch(1, CompressionType.NONE))));
      answers.add(new PartitionProduceResponse().index(p).baseOffset(1_000 + p));
    }
    var message =
        new ProduceRequest()
            .acks((short) 1)
            .timeoutMs(30_000)
            .topicData(List.of(new TopicProduceData().name("measured").partitionData(data)));
    request = ByteBufferWriter.toByteBuffer(message, VERSION);
    response =
        new ProduceResponse()
            .responses(
                List.of(new TopicProduceResponse().name("measured").partitionResponses(answers)));
  }

  @Benchmark
  public ProduceRequest decodeRequest() {
    return ProduceRequest.read(new MessageReader(request.duplicate()), VERSION);
  }

  @Benchmark
  public ByteBuffer encodeResponse() {
    return ByteBufferWriter.toByteBuffer(response, VERSION);
  }
}
