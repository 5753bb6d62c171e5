package org.odradek.benchmarks.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Waits for a broker that is about to start, and prints when it acknowledged a first record, in
 * milliseconds since 1970: a broker of another process is started beside it, so both sides use the
 * clock of the machine. Arguments: {@code topic} (is made by the broker when it is not there),
 * {@code host}, {@code port}, and {@code partitions}: so many of them must acknowledge a record.
 */
final class FirstAcknowledgement {
  private static final long POLL_NANOS = 2_000_000;

  private FirstAcknowledgement() {}

  static void run(LoadArguments arguments) throws Exception {
    // Classes are loaded before the broker starts.
    var serializer = new ByteArraySerializer();
    Class.forName("org.apache.kafka.clients.producer.internals.Sender");
    System.out.println("measuring");
    System.out.flush();
    ParallelProduce.awaitGo();
    var address = new InetSocketAddress(arguments.text("host"), arguments.number("port"));
    while (!connects(address)) {
      LockSupport.parkNanos(POLL_NANOS);
    }
    LoadPrograms.print("connected.at.ms", System.currentTimeMillis());
    String topic = arguments.text("topic");
    Map<String, Object> quick =
        Map.of(
            "acks", "1",
            "linger.ms", "0",
            "retry.backoff.ms", "10",
            "retry.backoff.max.ms", "10",
            "reconnect.backoff.ms", "10",
            "reconnect.backoff.max.ms", "10",
            "max.block.ms", "300000",
            "enable.idempotence", "false");
    try (var producer = new KafkaProducer<>(arguments.settings(quick), serializer, serializer)) {
      producer.send(new ProducerRecord<>(topic, 0, null, new byte[100])).get();
      LoadPrograms.print("first.at.ms", System.currentTimeMillis());
      int partitions = arguments.number("partitions");
      var sends = new java.util.ArrayList<java.util.concurrent.Future<?>>();
      for (int p = 0; p < partitions; p++) {
        sends.add(producer.send(new ProducerRecord<>(topic, p, null, new byte[100])));
      }
      for (var send : sends) {
        send.get();
      }
      LoadPrograms.print("all.at.ms", System.currentTimeMillis());
    } catch (ExecutionException e) {
      throw new IllegalStateException("a record was not acknowledged", e.getCause());
    }
  }

  private static boolean connects(InetSocketAddress address) {
    try (var socket = new Socket()) {
      socket.connect(address, 1_000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }
}
