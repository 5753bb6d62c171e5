package org.odradek.benchmarks.client;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Several producers at once, as fast as they can, each record to the next partition. Arguments:
 * {@code topic}, {@code size}, {@code partitions}, {@code producers}, {@code warmup} and {@code
 * records} (of all of them together).
 */
final class ParallelProduce {
  private ParallelProduce() {}

  static void run(LoadArguments arguments) throws InterruptedException {
    int producers = arguments.number("producers");
    var failures = new AtomicLong();
    var open = new ArrayList<KafkaProducer<byte[], byte[]>>();
    for (int i = 0; i < producers; i++) {
      open.add(
          new KafkaProducer<>(
              arguments.settings(Map.of()), new ByteArraySerializer(), new ByteArraySerializer()));
    }
    send(arguments, open, arguments.count("warmup") / producers, failures);
    LoadPrograms.awaitMeasuring();
    double requestsBefore = requests(open);
    long start = System.nanoTime();
    long each = arguments.count("records") / producers;
    send(arguments, open, each, failures);
    double seconds = (System.nanoTime() - start) / 1e9;
    LoadPrograms.print("records", each * producers);
    LoadPrograms.print("seconds", seconds);
    LoadPrograms.print("requests", requests(open) - requestsBefore);
    LoadPrograms.print("failures", failures.get());
  }

  private static double requests(List<KafkaProducer<byte[], byte[]>> producers) {
    return producers.stream().mapToDouble(LoadPrograms::requests).sum();
  }

  private static void send(
      LoadArguments arguments,
      List<KafkaProducer<byte[], byte[]>> producers,
      long recordsEach,
      AtomicLong failures)
      throws InterruptedException {
    String topic = arguments.text("topic");
    int partitions = arguments.number("partitions");
    var payloads = new Payloads(arguments.number("size"));
    var threads = new ArrayList<Thread>();
    for (int p = 0; p < producers.size(); p++) {
      KafkaProducer<byte[], byte[]> producer = producers.get(p);
      // Producers begin at different partitions.
      int first = p * partitions / producers.size();
      threads.add(
          Thread.ofPlatform()
              .start(() -> {
                for (long i = 0; i < recordsEach; i++) {
                  int partition = (int) ((first + i) % partitions);
                  var _ =
                      producer.send(
                          new ProducerRecord<>(topic, partition, null, payloads.value(i)),
                          (metadata, exception) -> {
                            if (exception != null) {
                              failures.incrementAndGet();
                            }
                          });
                }
                producer.flush();
              }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
  }
}
