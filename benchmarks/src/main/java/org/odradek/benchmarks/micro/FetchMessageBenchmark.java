package org.odradek.benchmarks.micro;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.odradek.protocol.BufferRecords;
import org.odradek.protocol.ByteBufferWriter;
import org.odradek.protocol.GatheringWriter;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.Uuid;
import org.odradek.protocol.compression.CompressionType;
import org.odradek.protocol.message.FetchRequest;
import org.odradek.protocol.message.FetchRequest.FetchPartition;
import org.odradek.protocol.message.FetchRequest.FetchTopic;
import org.odradek.protocol.message.FetchResponse;
import org.odradek.protocol.message.FetchResponse.FetchableTopicResponse;
import org.odradek.protocol.message.FetchResponse.PartitionData;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Reading a Fetch request and writing its response, whose records are taken by reference. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class FetchMessageBenchmark {
  private static final short VERSION = 13;
  private static final Uuid TOPIC = new Uuid(1, 2);

  @Param({"1", "100"})
  int partitions;

  private ByteBuffer request = MessageReader.EMPTY_BYTES;
  private ByteBuffer target = MessageReader.EMPTY_BYTES;
  private FetchResponse response = new FetchResponse();

  @Setup
  public void prepare() {
    var wanted = new ArrayList<FetchPartition>();
    var answers = new ArrayList<PartitionData>();
    var records = new BufferRecords(Batches.batch(10, CompressionType.NONE));
    for (int p = 0; p < partitions; p++) {
      wanted.add(new FetchPartition().partition(p).fetchOffset(1_000).partitionMaxBytes(1 << 20));
      answers.add(new PartitionData().partitionIndex(p).highWatermark(2_000).records(records));
    }
    request =
        ByteBufferWriter.toByteBuffer(
            new FetchRequest()
                .maxWaitMs(500)
                .minBytes(1)
                .topics(List.of(new FetchTopic().topicId(TOPIC).partitions(wanted))),
            VERSION);
    response =
        new FetchResponse()
            .responses(List.of(new FetchableTopicResponse().topicId(TOPIC).partitions(answers)));
    target = ByteBuffer.allocateDirect(response.sizeInBytes(VERSION));
  }

  @Benchmark
  public FetchRequest decodeRequest() {
    return FetchRequest.read(new MessageReader(request.duplicate()), VERSION);
  }

  @Benchmark
  public GatheringWriter encodeResponse() {
    var writer = new GatheringWriter(target.clear());
    response.write(writer, VERSION);
    return writer;
  }
}
