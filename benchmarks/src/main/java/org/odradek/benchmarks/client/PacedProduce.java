package org.odradek.benchmarks.client;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Produces at a fixed rate, and prints how long each record took from when it was due to its
 * acknowledgement. Arguments: {@code topic}, {@code size}, {@code rate} (records a second), {@code
 * warmup} and {@code seconds}.
 */
final class PacedProduce {
  private PacedProduce() {}

  static void run(LoadArguments arguments) {
    double rate = arguments.real("rate");
    long warmup = (long) (rate * arguments.number("warmup"));
    long measured = (long) (rate * arguments.number("seconds"));
    String topic = arguments.text("topic");
    var payloads = new Payloads(arguments.number("size"));
    var latencies = new Latencies();
    var failures = new AtomicLong();
    try (var producer =
        new KafkaProducer<>(
            arguments.settings(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
      // Metadata is there before the pace begins.
      var _ = producer.partitionsFor(topic);
      long start = System.nanoTime();
      var pace = new Pace(rate, start);
      for (long i = 0; i < warmup + measured; i++) {
        long due = pace.await(i);
        boolean counts = i >= warmup;
        var _ =
            producer.send(
                new ProducerRecord<>(topic, payloads.value(i)),
                (metadata, exception) -> {
                  if (exception != null) {
                    failures.incrementAndGet();
                  } else if (counts) {
                    latencies.record(System.nanoTime() - due);
                  }
                });
      }
      producer.flush();
      double seconds = (System.nanoTime() - start) / 1e9;
      LoadPrograms.print("rate", (warmup + measured) / seconds);
      LoadPrograms.print("requests", LoadPrograms.requests(producer));
      LoadPrograms.print("records", warmup + measured);
    }
    LoadPrograms.print("failures", failures.get());
    latencies.print("latency");
  }
}
