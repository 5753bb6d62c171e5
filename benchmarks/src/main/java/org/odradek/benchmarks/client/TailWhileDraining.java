package org.odradek.benchmarks.client;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * As {@link EndToEnd}, while another consumer reads the topic {@code backlog} from its beginning,
 * and begins again when it is through. Prints the tail's latencies and what was read of the
 * backlog: in all, and for each second of the tail's.
 */
final class TailWhileDraining {
  private TailWhileDraining() {}

  static void run(LoadArguments arguments) throws InterruptedException {
    var latencies = new Latencies();
    var tail = new EndToEnd.Tail(arguments, latencies);
    var bytes = new AtomicLong();
    var rounds = new AtomicLong();
    var isDone = new AtomicBoolean();
    var reading = new CountDownLatch(1);
    Thread drain =
        Thread.ofPlatform().daemon().start(() -> drain(arguments, bytes, rounds, isDone, reading));
    reading.await();
    long start = System.nanoTime();
    long before = bytes.get();
    long sent = EndToEnd.pacedWithDueTimes(arguments, tail);
    double seconds = (System.nanoTime() - start) / 1e9;
    long drained = bytes.get() - before;
    isDone.set(true);
    tail.awaitAll(sent);
    drain.join();
    LoadPrograms.print("drained.mb", bytes.get() / 1e6);
    LoadPrograms.print("drained.mb.per.second", drained / 1e6 / seconds);
    LoadPrograms.print("drained.rounds", rounds.get());
    latencies.print("latency");
  }

  private static void drain(
      LoadArguments arguments,
      AtomicLong bytes,
      AtomicLong rounds,
      AtomicBoolean isDone,
      CountDownLatch reading) {
    try (var consumer =
        new KafkaConsumer<>(
            arguments.settings(Map.of("enable.auto.commit", "false")),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      assignAll(consumer, arguments.text("backlog"));
      consumer.seekToBeginning(consumer.assignment());
      Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
      long all = ends.values().stream().mapToLong(Long::longValue).sum();
      long inRound = 0;
      while (!isDone.get()) {
        var records = consumer.poll(Duration.ofMillis(200));
        records.forEach(record -> bytes.addAndGet(record.serializedValueSize()));
        reading.countDown();
        inRound += records.count();
        if (inRound >= all) {
          inRound = 0;
          rounds.incrementAndGet();
          consumer.seekToBeginning(consumer.assignment());
        }
      }
    }
  }

  static void assignAll(KafkaConsumer<?, ?> consumer, String topic) {
    consumer.assign(
        consumer.partitionsFor(topic).stream()
            .map(p -> new TopicPartition(p.topic(), p.partition()))
            .toList());
  }
}
