package org.odradek.systemtests.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.odradek.processes.Waiting;

/**
 * Stock clients that do what clients do, by one listener: a producer and a consumer that stay, and
 * one newcomer after the other who connects, logs in, has one record acknowledged and leaves. All
 * have the client's own time limits. Records are numbered: one that is lost, doubled or out of
 * order is a failure, as is any error of any of them.
 */
public final class OrdinaryClients implements AutoCloseable {
  private static final Duration SERVED_LIMIT = Duration.ofMinutes(3);
  private static final long PAUSE_NANOS = Duration.ofMillis(20).toNanos();

  private final String name;
  private final Map<String, Object> settings;
  private final AtomicLong produced = new AtomicLong();
  private final AtomicLong consumed = new AtomicLong();
  private final AtomicLong newcomers = new AtomicLong();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  /**
   * Starts them; two topics of the name are made on demand.
   *
   * @param settings of all clients: bootstrap servers and what it takes to come in
   */
  public OrdinaryClients(String name, Map<String, Object> settings) {
    this.name = name;
    this.settings = Map.copyOf(settings);
    start("producer", this::produce);
    start("consumer", this::consume);
    start("newcomers", this::comeIn);
  }

  private interface Work {
    void run() throws Exception;
  }

  private void start(String what, Work work) {
    threads.add(
        Thread.ofPlatform()
            .name(name + "-" + what)
            .daemon()
            .start(() -> {
              try {
                work.run();
              } catch (Throwable e) {
                failure.compareAndSet(null, e);
              }
            }));
  }

  private KafkaProducer<String, String> producer() {
    return new KafkaProducer<>(
        new HashMap<>(settings), new StringSerializer(), new StringSerializer());
  }

  private void produce() throws ExecutionException, InterruptedException {
    try (KafkaProducer<String, String> producer = producer()) {
      while (!stopped) {
        String number = Long.toString(produced.get());
        producer.send(new ProducerRecord<>(name, 0, "k", number)).get();
        produced.incrementAndGet();
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  private void consume() {
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            new HashMap<>(settings), new StringDeserializer(), new StringDeserializer())) {
      var partition = new TopicPartition(name, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (!stopped) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
          long expected = consumed.getAndIncrement();
          if (!record.value().equals(Long.toString(expected))) {
            throw new AssertionError(
                "record " + record.value() + " at offset " + record.offset() + ", not " + expected);
          }
        }
      }
    }
  }

  private void comeIn() throws ExecutionException, InterruptedException {
    while (!stopped) {
      try (KafkaProducer<String, String> producer = producer()) {
        producer.send(new ProducerRecord<>(name + "-newcomers", 0, "k", "v")).get();
      }
      newcomers.incrementAndGet();
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  /** What has been done so far. */
  public record Served(long produced, long consumed, long newcomers) {}

  public Served served() {
    return new Served(produced.get(), consumed.get(), newcomers.get());
  }

  /**
   * Waits until each of them has done something since then, several times. How long that takes is
   * for the clients to say, by their own time limits; the one here only ends a test that hangs.
   */
  public void awaitMore(Served since, int records, int newOnes) {
    Waiting.until(
        SERVED_LIMIT,
        () ->
            failure.get() != null
                || (produced.get() >= since.produced() + records
                    && consumed.get() >= since.consumed() + records
                    && newcomers.get() >= since.newcomers() + newOnes),
        () -> "clients of " + name + " go on being served; " + since + ", then " + served());
    assertNoFailure();
  }

  public void assertNoFailure() {
    Throwable failed = failure.get();
    if (failed != null) {
      throw new AssertionError("a client of " + name + " failed", failed);
    }
  }

  @Override
  public void close() {
    stopped = true;
    try {
      for (Thread thread : threads) {
        thread.join(SERVED_LIMIT.toMillis());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
