package org.odradek.benchmarks.client;

import java.util.ArrayList;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Waits for a broker that is about to start, and prints when it acknowledged a first record, in
 * milliseconds since 1970: another process launches the broker, and both use the clock of the
 * machine. The producer is there, and tries to connect every 10 ms, before the broker is launched:
 * what a client's own start takes does not count. Arguments: {@code topic} (is made by the broker
 * when it is not there), {@code partitions}: so many of them must acknowledge a record, and {@code
 * practice}: the address of another broker to which producers send records beforehand, so that what
 * the client loads and compiles with its first record does not count either (empty: no such
 * broker).
 */
final class FirstAcknowledgement {
  private static final Map<String, Object> EAGER =
      Map.of(
          "acks", "1",
          "linger.ms", "0",
          "retry.backoff.ms", "10",
          "retry.backoff.max.ms", "10",
          "reconnect.backoff.ms", "10",
          "reconnect.backoff.max.ms", "10",
          "max.block.ms", "300000",
          "delivery.timeout.ms", "300000",
          "enable.idempotence", "false");

  // Each with a topic of its own, which the broker makes for it, as the one that counts.
  private static final int PRODUCERS = 10;
  private static final int RECORDS = 20;

  private FirstAcknowledgement() {}

  static void run(LoadArguments arguments) throws InterruptedException {
    String topic = arguments.text("topic");
    var serializer = new ByteArraySerializer();
    practise(arguments);
    try (var producer = new KafkaProducer<>(arguments.settings(EAGER), serializer, serializer)) {
      LoadPrograms.awaitMeasuring();
      producer.send(new ProducerRecord<>(topic, 0, null, new byte[100])).get();
      LoadPrograms.print("first.at.ms", System.currentTimeMillis());
      var sends = new ArrayList<Future<?>>();
      for (int p = 0; p < arguments.number("partitions"); p++) {
        sends.add(producer.send(new ProducerRecord<>(topic, p, null, new byte[100])));
      }
      for (Future<?> send : sends) {
        send.get();
      }
      LoadPrograms.print("all.at.ms", System.currentTimeMillis());
    } catch (ExecutionException e) {
      throw new IllegalStateException("a record was not acknowledged", e.getCause());
    }
  }

  private static void practise(LoadArguments arguments) throws InterruptedException {
    String address = arguments.text("practice");
    if (address.isEmpty()) {
      return;
    }
    Map<String, Object> settings = arguments.settings(EAGER);
    settings.put("bootstrap.servers", address);
    var serializer = new ByteArraySerializer();
    for (int i = 0; i < PRODUCERS; i++) {
      try (var producer = new KafkaProducer<>(settings, serializer, serializer)) {
        for (int r = 0; r < RECORDS; r++) {
          var _ =
              producer.send(new ProducerRecord<>("practice-" + i, 0, null, new byte[100])).get();
        }
      } catch (ExecutionException e) {
        throw new IllegalStateException("a practice record was not acknowledged", e.getCause());
      }
    }
  }
}
