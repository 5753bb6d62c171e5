package org.odradek.benchmarks.client;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer as fast as it can, and a consumer that reads along from the beginning; over when all
 * has been read. Arguments: {@code topic}, {@code size}, {@code records}.
 */
final class ProduceAndConsume {
  private static final java.time.Duration POLL = java.time.Duration.ofMillis(200);

  private ProduceAndConsume() {}

  static void run(LoadArguments arguments) throws InterruptedException {
    long records = arguments.count("records");
    String topic = arguments.text("topic");
    var payloads = new Payloads(arguments.number("size"));
    var failures = new AtomicLong();
    var consumed = new AtomicLong();
    long start = System.nanoTime();
    Thread consumer =
        Thread.ofPlatform()
            .daemon()
            .start(() -> consume(arguments, topic, records, failures, consumed));
    try (var producer =
        new KafkaProducer<>(
            arguments.settings(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
      for (long i = 0; i < records; i++) {
        var _ =
            producer.send(
                new ProducerRecord<>(topic, payloads.value(i)),
                (metadata, exception) -> {
                  if (exception != null) {
                    failures.incrementAndGet();
                  }
                });
      }
      producer.flush();
      LoadPrograms.print("produce.seconds", (System.nanoTime() - start) / 1e9);
      LoadPrograms.print("requests", LoadPrograms.requests(producer));
    }
    consumer.join();
    LoadPrograms.print("seconds", (System.nanoTime() - start) / 1e9);
    LoadPrograms.print("records", consumed.get());
    LoadPrograms.print("failures", failures.get());
  }

  private static void consume(
      LoadArguments arguments,
      String topic,
      long records,
      AtomicLong failures,
      AtomicLong consumed) {
    try (var consumer =
        new KafkaConsumer<>(
            arguments.settings(Map.of("enable.auto.commit", "false")),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      Drain.assignAll(consumer, topic);
      consumer.seekToBeginning(consumer.assignment());
      while (consumed.get() + failures.get() < records) {
        consumed.addAndGet(consumer.poll(POLL).count());
      }
    }
  }
}
