package org.odradek.benchmarks.client;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.message.ProduceRequestData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.SimpleRecord;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.ProduceRequest;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.requests.RequestHeader;

/**
 * Sends one produce request again and again, made once by Kafka's own classes: a client that costs
 * so little that the broker is the limit. A batch of about 16 KiB for each partition, acks=1, no
 * producer id; several connections, each with as many requests under way as a producer has. Each
 * answer is parsed, and has to be without an error.
 *
 * <p>Arguments: {@code topic}, {@code size} (bytes of a record's value), {@code partitions}, {@code
 * warmup} and {@code records} (how many, at least, over all connections).
 */
final class ReplayedProduce {
  private static final int CONNECTIONS = 4;
  private static final int IN_FLIGHT = 5; // max.in.flight.requests.per.connection
  private static final int BATCH_BYTES = 16 << 10; // batch.size
  private static final short VERSION = 9; // the last one that all brokers from 2.4 on take
  private static final int CORRELATION_ID_AT = Integer.BYTES + 2 * Short.BYTES;
  private static final int TIMEOUT_MS = 30_000;

  private final LoadArguments arguments;
  private final int partitions;
  private final int recordsInBatch;

  private ReplayedProduce(LoadArguments arguments) {
    this.arguments = arguments;
    this.partitions = arguments.number("partitions");
    this.recordsInBatch = Math.max(1, BATCH_BYTES / arguments.number("size"));
  }

  static void run(LoadArguments arguments) throws InterruptedException {
    new ReplayedProduce(arguments).run();
  }

  private void run() throws InterruptedException {
    long _ = send(requests("warmup"));
    LoadPrograms.awaitMeasuring();
    long start = System.nanoTime();
    long requests = send(requests("records"));
    LoadPrograms.print("seconds", (System.nanoTime() - start) / 1e9);
    LoadPrograms.print("requests", requests);
    LoadPrograms.print("records", requests * partitions * recordsInBatch);
  }

  /** Of each connection. */
  private long requests(String records) {
    long inRequest = (long) partitions * recordsInBatch;
    return 1 + arguments.count(records) / (CONNECTIONS * inRequest);
  }

  private long send(long requestsEach) throws InterruptedException {
    try (var connections = Executors.newFixedThreadPool(CONNECTIONS)) {
      var sending = new ArrayList<Future<Void>>();
      for (int i = 0; i < CONNECTIONS; i++) {
        sending.add(
            connections.submit(() -> {
              sendBy(requestsEach);
              return null;
            }));
      }
      for (Future<Void> each : sending) {
        each.get();
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("a connection failed: " + e.getCause(), e);
    }
    return CONNECTIONS * requestsEach;
  }

  private void sendBy(long requests) throws IOException {
    ByteBuffer request = request();
    ByteBuffer answer = ByteBuffer.allocate(1 << 16);
    try (SocketChannel channel = SocketChannel.open(address())) {
      for (int correlationId = 0; correlationId < requests + IN_FLIGHT; correlationId++) {
        if (correlationId < requests) {
          request.putInt(CORRELATION_ID_AT, correlationId).rewind();
          while (request.hasRemaining()) {
            channel.write(request);
          }
        }
        int answered = correlationId - IN_FLIGHT;
        if (answered >= 0) {
          check(read(channel, answer), answered);
        }
      }
    }
  }

  private InetSocketAddress address() {
    String bootstrap = String.valueOf(arguments.clientSettings().get("bootstrap.servers"));
    int colon = bootstrap.lastIndexOf(':');
    return new InetSocketAddress(
        bootstrap.substring(0, colon), Integer.parseInt(bootstrap.substring(colon + 1)));
  }

  /** With its length before it, outside of the heap, as it is sent. */
  private ByteBuffer request() {
    var payloads = new Payloads(arguments.number("size"));
    var records = new SimpleRecord[recordsInBatch];
    for (int i = 0; i < records.length; i++) {
      records[i] = new SimpleRecord(System.currentTimeMillis(), payloads.value(i));
    }
    var topic = new ProduceRequestData.TopicProduceData().setName(arguments.text("topic"));
    for (int partition = 0; partition < partitions; partition++) {
      topic
          .partitionData()
          .add(
              new ProduceRequestData.PartitionProduceData()
                  .setIndex(partition)
                  .setRecords(MemoryRecords.withRecords(Compression.NONE, records)));
    }
    var topics = new ProduceRequestData.TopicProduceDataCollection();
    topics.add(topic);
    var data =
        new ProduceRequestData().setAcks((short) 1).setTimeoutMs(TIMEOUT_MS).setTopicData(topics);
    ByteBuffer body = new ProduceRequest(data, VERSION).serializeWithHeader(header(0));
    ByteBuffer framed = ByteBuffer.allocateDirect(Integer.BYTES + body.remaining());
    return framed.putInt(body.remaining()).put(body);
  }

  private static RequestHeader header(int correlationId) {
    return new RequestHeader(ApiKeys.PRODUCE, VERSION, "replay", correlationId);
  }

  private static ByteBuffer read(SocketChannel channel, ByteBuffer answer) throws IOException {
    fill(channel, answer.clear().limit(Integer.BYTES));
    int length = answer.getInt(0);
    fill(channel, answer.clear().limit(length));
    return answer.flip();
  }

  private static void fill(SocketChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer) < 0) {
        throw new EOFException("the broker closed the connection");
      }
    }
  }

  private void check(ByteBuffer answer, int correlationId) {
    // Throws when the answer is to another request.
    var response = (ProduceResponse) AbstractResponse.parseResponse(answer, header(correlationId));
    List<Short> errors =
        response.data().responses().stream()
            .flatMap(topic -> topic.partitionResponses().stream())
            .map(partition -> partition.errorCode())
            .toList();
    if (errors.size() != partitions || errors.stream().anyMatch(error -> error != 0)) {
      throw new IllegalStateException("answered with the error codes " + errors);
    }
  }
}
