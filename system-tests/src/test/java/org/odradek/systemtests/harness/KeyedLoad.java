package org.odradek.systemtests.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Idempotent producers, each on a thread of its own with its own keys, that number the records of
 * each key; and the check that every record is there, once, in order for each key.
 */
public final class KeyedLoad {
  private static final int PRODUCERS = 2;
  private static final int KEYS_PER_PRODUCER = 500;
  private static final String FILLING = "x".repeat(1_000);

  private final Clients clients;
  private final String topic;
  private final int records;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();

  /** Of {@code records} records of about 1 KiB in all. */
  public KeyedLoad(Clients clients, String topic, int records) {
    this.clients = clients;
    this.topic = topic;
    this.records = records / PRODUCERS * PRODUCERS;
  }

  public void start() {
    for (int i = 0; i < PRODUCERS; i++) {
      int producer = i;
      threads.add(Thread.ofPlatform().name("load-" + i).daemon().start(() -> produce(producer)));
    }
  }

  private void produce(int number) {
    // A record must survive all kills: retried for as long as it takes.
    Map<String, Object> settings =
        Map.of(
            "acks", "all",
            "enable.idempotence", true,
            "linger.ms", 5,
            "delivery.timeout.ms", 600_000,
            "max.block.ms", 600_000,
            "request.timeout.ms", 10_000,
            "reconnect.backoff.max.ms", 200);
    try (KafkaProducer<String, String> producer = clients.producer(settings)) {
      for (int i = 0; i < records / PRODUCERS && failure.get() == null; i++) {
        String key = number + "-" + i % KEYS_PER_PRODUCER;
        String value = i / KEYS_PER_PRODUCER + " " + FILLING;
        producer.send(
            new ProducerRecord<>(topic, key, value),
            (metadata, exception) -> {
              if (exception == null) {
                acknowledged.incrementAndGet();
              } else {
                failure.compareAndSet(null, exception);
              }
            });
      }
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  public long acknowledged() {
    return acknowledged.get();
  }

  public int records() {
    return records;
  }

  /** Whether a record could not be delivered; then the rest is not sent. */
  public boolean hasFailed() {
    return failure.get() != null;
  }

  /** Waits until every record is acknowledged. */
  public void awaitEnd() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
    Exception first = failure.get();
    if (first != null) {
      throw new AssertionError("after " + acknowledged() + " records: " + first, first);
    }
    assertEquals(records, acknowledged());
  }

  /** Every record once, and each key's in order. */
  public void check(List<ConsumerRecord<String, String>> read) {
    var next = new HashMap<String, Integer>();
    for (ConsumerRecord<String, String> record : read) {
      int expected = next.getOrDefault(record.key(), 0);
      int found = Integer.parseInt(record.value().substring(0, record.value().indexOf(' ')));
      assertTrue(
          record.value().endsWith(FILLING),
          () -> "value of " + record.topic() + "-" + record.partition() + "@" + record.offset());
      assertEquals(
          expected,
          found,
          () ->
              "key "
                  + record.key()
                  + " at partition "
                  + record.partition()
                  + " offset "
                  + record.offset());
      next.put(record.key(), expected + 1);
    }
    assertEquals(records, read.size());
  }
}
