package org.odradek.systemtests.harness;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The stock Java clients, inside the test, for what would take too many tool processes. */
public final class Clients {
  private static final int ANSWER_LIMIT_SECONDS = 60;

  private final String bootstrap;

  public Clients(String bootstrap) {
    this.bootstrap = bootstrap;
  }

  /** An admin client, to be closed by the caller. */
  public Admin admin() {
    return Admin.create(Map.of("bootstrap.servers", bootstrap));
  }

  /** A producer of strings, idempotent and with acks=all unless {@code settings} say otherwise. */
  public KafkaProducer<String, String> producer(Map<String, Object> settings) {
    var all = new HashMap<String, Object>(settings);
    all.put("bootstrap.servers", bootstrap);
    return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
  }

  /** A consumer that commits only when told to. */
  public KafkaConsumer<String, String> consumer(Map<String, Object> settings) {
    var all = new HashMap<String, Object>();
    all.put("auto.offset.reset", "earliest");
    all.put("enable.auto.commit", false);
    all.putAll(settings);
    all.put("bootstrap.servers", bootstrap);
    return new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer());
  }

  /** Creates a topic with one replica. */
  public void createTopic(String name, int partitions, Map<String, String> configs) {
    createTopic(name, partitions, 1, configs);
  }

  /** Creates a topic with so many replicas. */
  public void createTopic(String name, int partitions, int replicas, Map<String, String> configs) {
    try (Admin admin = admin()) {
      get(
          admin
              .createTopics(
                  List.of(
                      new NewTopic(name, Optional.of(partitions), Optional.of((short) replicas))
                          .configs(configs)))
              .all());
    }
  }

  /**
   * Every record of the topic, from its beginning to what is its end now; in order within each
   * partition.
   */
  public List<ConsumerRecord<String, String>> readAll(String topic) {
    var records = new ArrayList<ConsumerRecord<String, String>>();
    try (KafkaConsumer<String, String> consumer = consumer(Map.of())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      long deadline = System.nanoTime() + Duration.ofMinutes(5).toNanos();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        if (System.nanoTime() - deadline > 0) {
          throw new AssertionError(
              "read only " + records.size() + " records of " + topic + " up to " + ends);
        }
        consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
      }
    }
    return records;
  }

  /** Commits for a group without members. */
  public void commit(String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
    try (Admin admin = admin()) {
      get(admin.alterConsumerGroupOffsets(group, offsets).all());
    }
  }

  public Map<TopicPartition, OffsetAndMetadata> committed(String group) {
    try (Admin admin = admin()) {
      return get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    }
  }

  public Collection<String> topics() {
    try (Admin admin = admin()) {
      return get(admin.listTopics().names());
    }
  }

  /** The answer, which must come within a minute. */
  public static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get(ANSWER_LIMIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new AssertionError("the broker answers " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new AssertionError("no answer within " + ANSWER_LIMIT_SECONDS + " s", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted", e);
    }
  }
}
