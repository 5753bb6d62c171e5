package org.odradek.benchmarks.client;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A producer at a fixed rate and a consumer at the end of the log, in one process with one clock.
 * Prints how long records took from when they were due to the return of the poll that brought them.
 * Arguments as {@link PacedProduce}; records have at least 8 bytes.
 */
final class EndToEnd {
  private EndToEnd() {}

  static void run(LoadArguments arguments) throws InterruptedException {
    var latencies = new Latencies();
    var tail = new Tail(arguments, latencies);
    long sent = pacedWithDueTimes(arguments, tail);
    tail.awaitAll(sent);
    latencies.print("latency");
  }

  /** Sends records that say when they were due, at the pace; returns how many were acknowledged. */
  static long pacedWithDueTimes(LoadArguments arguments, Tail tail) throws InterruptedException {
    double rate = arguments.real("rate");
    long warmup = (long) (rate * arguments.number("warmup"));
    long records = warmup + (long) (rate * arguments.number("seconds"));
    int size = arguments.number("size");
    String topic = arguments.text("topic");
    var failures = new AtomicLong();
    var payloads = new Payloads(size);
    try (var producer =
        new KafkaProducer<>(
            arguments.settings(Map.of()), new ByteArraySerializer(), new ByteArraySerializer())) {
      var _ = producer.partitionsFor(topic);
      tail.awaitPosition();
      long start = System.nanoTime();
      var pace = new Pace(rate, start);
      tail.countFrom(pace.dueNanos(warmup));
      for (long i = 0; i < records; i++) {
        long due = pace.await(i);
        byte[] value = payloads.value(i).clone();
        ByteBuffer.wrap(value).putLong(due);
        var _ =
            producer.send(
                new ProducerRecord<>(topic, value),
                (metadata, exception) -> {
                  if (exception != null) {
                    failures.incrementAndGet();
                  }
                });
      }
      producer.flush();
      LoadPrograms.print("rate", records / ((System.nanoTime() - start) / 1e9));
      LoadPrograms.print("records", records);
      LoadPrograms.print("failures", failures.get());
    }
    return records - failures.get();
  }

  /** A consumer at the end of the topic, on a thread of its own. */
  static final class Tail {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final long LIMIT_NANOS = Duration.ofMinutes(2).toNanos();

    private final LoadArguments arguments;
    private final Latencies latencies;
    private final CountDownLatch positioned = new CountDownLatch(1);
    private final AtomicLong received = new AtomicLong();
    private final AtomicBoolean isDone = new AtomicBoolean();
    private final Thread thread;
    private volatile long countFromNanos = Long.MAX_VALUE;

    Tail(LoadArguments arguments, Latencies latencies) {
      this.arguments = arguments;
      this.latencies = latencies;
      this.thread = Thread.ofPlatform().daemon().start(this::consume);
    }

    void awaitPosition() throws InterruptedException {
      positioned.await();
    }

    /** Latencies count of records that were due at this time or later. */
    void countFrom(long dueNanos) {
      countFromNanos = dueNanos;
    }

    void awaitAll(long sent) throws InterruptedException {
      long deadline = System.nanoTime() + LIMIT_NANOS;
      while (received.get() < sent && System.nanoTime() - deadline < 0) {
        Thread.sleep(10);
      }
      isDone.set(true);
      thread.join();
      if (received.get() < sent) {
        throw new IllegalStateException("received " + received + " of " + sent + " records");
      }
    }

    private void consume() {
      try (var consumer =
          new KafkaConsumer<>(
              arguments.settings(Map.of("enable.auto.commit", "false")),
              new ByteArrayDeserializer(),
              new ByteArrayDeserializer())) {
        Drain.assignAll(consumer, arguments.text("topic"));
        consumer.seekToEnd(consumer.assignment());
        consumer.assignment().forEach(consumer::position);
        positioned.countDown();
        while (!isDone.get()) {
          var records = consumer.poll(POLL);
          long now = System.nanoTime();
          for (ConsumerRecord<byte[], byte[]> record : records) {
            long due = ByteBuffer.wrap(record.value()).getLong();
            if (due - countFromNanos >= 0) {
              latencies.record(now - due);
            }
          }
          received.addAndGet(records.count());
        }
      }
    }
  }
}
