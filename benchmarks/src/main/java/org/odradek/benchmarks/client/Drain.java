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
 * A consumer that reads {@code topic} from its beginning as fast as it can, and begins again when
 * it is through, until it is told to end. Prints what it has read since it had the first records.
 */
final class Drain {
  private static final Duration POLL = Duration.ofMillis(200);

  private final LoadArguments arguments;
  private final AtomicLong bytes = new AtomicLong();
  private final AtomicLong rounds = new AtomicLong();
  private final AtomicBoolean isDone = new AtomicBoolean();
  private final CountDownLatch reading = new CountDownLatch(1);

  private Drain(LoadArguments arguments) {
    this.arguments = arguments;
  }

  static void run(LoadArguments arguments) throws InterruptedException {
    var drain = new Drain(arguments);
    Thread thread = Thread.ofPlatform().daemon().start(drain::read);
    drain.reading.await();
    long before = drain.bytes.get();
    long start = System.nanoTime();
    LoadPrograms.awaitMeasuring();
    long read = drain.bytes.get() - before;
    double seconds = (System.nanoTime() - start) / 1e9;
    drain.isDone.set(true);
    thread.join();
    LoadPrograms.print("drained.mb", read / 1e6);
    LoadPrograms.print("drained.mb.per.second", read / 1e6 / seconds);
    LoadPrograms.print("drained.rounds", drain.rounds.get());
  }

  private void read() {
    try (var consumer =
        new KafkaConsumer<>(
            arguments.settings(Map.of("enable.auto.commit", "false")),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      assignAll(consumer, arguments.text("topic"));
      consumer.seekToBeginning(consumer.assignment());
      Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
      long all = ends.values().stream().mapToLong(Long::longValue).sum();
      long inRound = 0;
      while (!isDone.get()) {
        var records = consumer.poll(POLL);
        records.forEach(record -> bytes.addAndGet(record.serializedValueSize()));
        if (!records.isEmpty()) {
          reading.countDown();
        }
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
