package org.odradek.systemtests.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntPredicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.odradek.processes.Waiting;

/**
 * Idempotent producers with acks=all, each on a thread of its own with its own keys, that number
 * the records of each key; and the check that what was acknowledged is there, once, in order for
 * each key.
 */
public final class KeyedLoad implements AutoCloseable {
  private static final int PRODUCERS = 2;
  private static final int KEYS_PER_PRODUCER = 500;

  private final Clients clients;
  private final String topic;
  private final long recordsPerProducer;
  private final String filling;
  private final long pauseNanos;
  private final KeyedHistory history = new KeyedHistory();
  private final Map<Integer, AtomicLong> byPartition = new ConcurrentHashMap<>();
  private final AtomicLong longestWaitNanos = new AtomicLong();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();
  private final List<KafkaProducer<String, String>> producers = new CopyOnWriteArrayList<>();
  private volatile boolean stopped;

  /** Of {@code records} records of about 1 KiB in all, as fast as they are taken. */
  public KeyedLoad(Clients clients, String topic, int records) {
    this(clients, topic, records / PRODUCERS, 1_000, 0);
  }

  private KeyedLoad(
      Clients clients, String topic, long recordsPerProducer, int fillingBytes, long pauseNanos) {
    this.clients = clients;
    this.topic = topic;
    this.recordsPerProducer = recordsPerProducer;
    this.filling = "x".repeat(fillingBytes);
    this.pauseNanos = pauseNanos;
  }

  /** Until it is stopped, at most so many records of about 100 bytes a second in all. */
  public static KeyedLoad untilStopped(Clients clients, String topic, int recordsPerSecond) {
    long pauseNanos = Duration.ofSeconds(PRODUCERS).toNanos() / recordsPerSecond;
    return new KeyedLoad(clients, topic, Long.MAX_VALUE, 90, pauseNanos);
  }

  public KeyedLoad start() {
    for (int i = 0; i < PRODUCERS; i++) {
      int producer = i;
      threads.add(Thread.ofPlatform().name("load-" + i).daemon().start(() -> produce(producer)));
    }
    return this;
  }

  private void produce(int number) {
    // A record must survive all faults: retried for as long as it takes.
    Map<String, Object> settings =
        Map.of(
            "acks", "all",
            "enable.idempotence", true,
            "linger.ms", 5,
            "delivery.timeout.ms", 600_000,
            "max.block.ms", 600_000,
            "request.timeout.ms", 10_000,
            // New partitions are to be used soon.
            "metadata.max.age.ms", 3_000,
            "reconnect.backoff.max.ms", 200);
    try (KafkaProducer<String, String> producer = clients.producer(settings)) {
      producers.add(producer);
      long start = System.nanoTime();
      for (long i = 0; i < recordsPerProducer && failure.get() == null && !stopped; i++) {
        long ahead = start + i * pauseNanos - System.nanoTime();
        if (pauseNanos > 0 && ahead > 0) {
          LockSupport.parkNanos(ahead);
        }
        send(producer, number + "-" + i % KEYS_PER_PRODUCER);
      }
    } catch (RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  private void send(KafkaProducer<String, String> producer, String key) {
    int sequence = history.next(key);
    long sentAt = System.nanoTime();
    producer.send(
        new ProducerRecord<>(topic, key, sequence + " " + filling),
        (metadata, exception) -> {
          if (exception == null) {
            history.acknowledged(key, sequence);
            byPartition
                .computeIfAbsent(metadata.partition(), unused -> new AtomicLong())
                .incrementAndGet();
            longestWaitNanos.accumulateAndGet(System.nanoTime() - sentAt, Math::max);
          } else {
            failure.compareAndSet(null, exception);
          }
        });
  }

  public long acknowledged() {
    return history.acknowledgedCount();
  }

  /** The records that it will send, if it has an end. */
  public long records() {
    return recordsPerProducer * PRODUCERS;
  }

  /** Whether a record could not be delivered; then the rest is not sent. */
  public boolean hasFailed() {
    return failure.get() != null;
  }

  /** The longest time from send to acknowledgement, so far. */
  public Duration longestWait() {
    return Duration.ofNanos(longestWaitNanos.get());
  }

  /** Waits until each of the partitions has acknowledged some records from now on. */
  public void awaitProgress(int partitions, Duration limit, String when) {
    awaitProgress(partitions, limit, when, partition -> false);
  }

  /** As above, but for partitions that are excused when they are looked at. */
  public void awaitProgress(int partitions, Duration limit, String when, IntPredicate excused) {
    var before = new HashMap<Integer, Long>();
    for (int partition = 0; partition < partitions; partition++) {
      before.put(partition, acknowledgedBy(partition));
    }
    Waiting.until(
        limit,
        () ->
            hasFailed()
                || before.entrySet().stream()
                    .allMatch(one ->
                        acknowledgedBy(one.getKey()) >= one.getValue() + 5
                            || excused.test(one.getKey())),
        () ->
            "progress of all partitions "
                + when
                + ": acknowledged by partition "
                + before
                + " before, now "
                + byPartition);
    failIfFailed();
  }

  private long acknowledgedBy(int partition) {
    AtomicLong count = byPartition.get(partition);
    return count == null ? 0 : count.get();
  }

  /** Sends no more, and waits until everything that was sent is acknowledged. */
  public void stop() throws InterruptedException {
    stopped = true;
    awaitEnd();
  }

  /** Waits until every record is sent and acknowledged. */
  public void awaitEnd() throws InterruptedException {
    for (Thread thread : threads) {
      thread.join();
    }
    failIfFailed();
    assertEquals(history.sentCount(), acknowledged());
  }

  private void failIfFailed() {
    Exception first = failure.get();
    if (first != null) {
      throw new AssertionError("after " + acknowledged() + " records: " + first, first);
    }
  }

  /** Every record once, and each key's in order. */
  public void check(List<ConsumerRecord<String, String>> read) {
    for (ConsumerRecord<String, String> record : read) {
      if (!record.value().endsWith(" " + filling)) {
        throw new AssertionError("damaged value at " + record.partition() + "@" + record.offset());
      }
    }
    history.check(read.stream().map(KeyedLoad::asRead).toList());
    assertEquals(history.sentCount(), read.size());
  }

  static KeyedHistory.Read asRead(ConsumerRecord<String, String> record) {
    int number = Integer.parseInt(record.value().substring(0, record.value().indexOf(' ')));
    return new KeyedHistory.Read(record.partition(), record.offset(), record.key(), number);
  }

  /** Gives up what is not acknowledged yet: after a test that has failed. */
  @Override
  public void close() {
    stopped = true;
    producers.forEach(producer -> producer.close(Duration.ZERO));
  }
}
