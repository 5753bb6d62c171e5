package org.odradek.systemtests.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.odradek.processes.Waiting;

/**
 * Consumers of one group, each on a thread of its own, that commit after each poll; and the checks
 * that no partition is ever begun before an offset whose commit has succeeded, that nothing is
 * skipped, and that what was once read stays what it was.
 */
public final class CommittedGroup implements AutoCloseable {
  private static final int CONSUMERS = 2;

  private final Clients clients;
  private final String topic;
  private final String group;
  private final Map<TopicPartition, Long> committed = new ConcurrentHashMap<>();
  private final Map<TopicPartition, Map<Long, KeyedHistory.Read>> seen = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  public CommittedGroup(Clients clients, String topic, String group) {
    this.clients = clients;
    this.topic = topic;
    this.group = group;
  }

  public CommittedGroup start() {
    for (int i = 0; i < CONSUMERS; i++) {
      threads.add(
          Thread.ofPlatform()
              .name(group + "-" + i)
              .daemon()
              .start(() -> {
                while (!stopped) {
                  consume();
                }
              }));
    }
    return this;
  }

  private void consume() {
    Map<String, Object> settings =
        Map.of(
            "group.id", group,
            "session.timeout.ms", 6_000,
            "heartbeat.interval.ms", 500,
            "request.timeout.ms", 10_000,
            "metadata.max.age.ms", 3_000,
            "reconnect.backoff.max.ms", 200);
    try (KafkaConsumer<String, String> consumer = clients.consumer(settings)) {
      var next = new HashMap<TopicPartition, Long>();
      consumer.subscribe(List.of(topic), new Positions(consumer, next));
      while (!stopped) {
        ConsumerRecords<String, String> records = consumer.poll(Duration.ofMillis(200));
        for (ConsumerRecord<String, String> record : records) {
          note(record, next);
        }
        commit(consumer, records);
      }
    } catch (InterruptException closed) {
      stopped = true;
    } catch (KafkaException e) {
      // A commit of one who is no longer a member, or a coordinator that was not found in time.
      // It begins again as a new member, from what is committed.
      if (!isOrdinary(e)) {
        violations.add("the consumer ended with " + e);
      }
    }
  }

  private static boolean isOrdinary(KafkaException e) {
    return e instanceof org.apache.kafka.clients.consumer.CommitFailedException
        || e instanceof org.apache.kafka.common.errors.RetriableException;
  }

  private void commit(
      KafkaConsumer<String, String> consumer, ConsumerRecords<String, String> records) {
    if (records.isEmpty()) {
      return;
    }
    var offsets = new HashMap<TopicPartition, OffsetAndMetadata>();
    for (TopicPartition partition : records.partitions()) {
      offsets.put(partition, new OffsetAndMetadata(consumer.position(partition)));
    }
    consumer.commitSync(offsets, Duration.ofSeconds(60));
    offsets.forEach((partition, offset) -> committed.merge(partition, offset.offset(), Math::max));
  }

  private void note(ConsumerRecord<String, String> record, Map<TopicPartition, Long> next) {
    var partition = new TopicPartition(record.topic(), record.partition());
    Long expected = next.put(partition, record.offset() + 1);
    if (expected != null && expected != record.offset()) {
      violations.add(partition + ": expected offset " + expected + ", read " + record.offset());
    }
    remember(partition, record);
  }

  private void remember(TopicPartition partition, ConsumerRecord<String, String> record) {
    KeyedHistory.Read read = KeyedLoad.asRead(record);
    KeyedHistory.Read before =
        seen.computeIfAbsent(partition, unused -> new ConcurrentHashMap<>())
            .putIfAbsent(record.offset(), read);
    if (before != null && !before.equals(read)) {
      violations.add("what was read has changed: " + before + ", now " + read);
    }
  }

  /** Where a consumer begins with the partitions that it is given. */
  private final class Positions implements ConsumerRebalanceListener {
    private final KafkaConsumer<String, String> consumer;
    private final Map<TopicPartition, Long> next;

    Positions(KafkaConsumer<String, String> consumer, Map<TopicPartition, Long> next) {
      this.consumer = consumer;
      this.next = next;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      partitions.forEach(next::remove);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      for (TopicPartition partition : partitions) {
        // Noted before the broker is asked: a commit in between can only move it on.
        long atLeast = committed.getOrDefault(partition, 0L);
        long position = consumer.position(partition, Duration.ofSeconds(60));
        if (position < atLeast) {
          violations.add(
              partition + ": committed " + atLeast + ", but a consumer begins at " + position);
        }
        next.put(partition, position);
      }
    }
  }

  /** The records that were read, each counted once. */
  public long readCount() {
    return seen.values().stream().mapToLong(Map::size).sum();
  }

  /**
   * Waits until so many records are read, ends the consumers, and fails when something was not as
   * it must be.
   *
   * @param all what is in the topic now
   */
  public void finish(List<ConsumerRecord<String, String>> all) throws InterruptedException {
    Waiting.until(
        Duration.ofSeconds(90),
        () -> readCount() >= all.size() || !violations.isEmpty(),
        () -> group + " reads " + all.size() + " records, not " + readCount());
    stopped = true;
    for (Thread thread : threads) {
      thread.join();
    }
    for (ConsumerRecord<String, String> record : all) {
      remember(new TopicPartition(record.topic(), record.partition()), record);
    }
    if (readCount() > all.size()) {
      violations.add(readCount() + " offsets were read, but now there are only " + all.size());
    }
    Map<TopicPartition, OffsetAndMetadata> now = clients.committed(group);
    committed.forEach((partition, offset) -> {
      OffsetAndMetadata found = now.get(partition);
      if (found == null || found.offset() < offset) {
        violations.add(partition + ": committed " + offset + ", at the end there is " + found);
      }
    });
    if (!violations.isEmpty()) {
      throw new AssertionError(
          group
              + ": "
              + violations.size()
              + " violations\n"
              + String.join("\n", violations.stream().limit(20).toList()));
    }
  }

  /** Ends the consumers: after a test that has failed. */
  @Override
  public void close() {
    stopped = true;
    threads.forEach(Thread::interrupt);
  }
}
