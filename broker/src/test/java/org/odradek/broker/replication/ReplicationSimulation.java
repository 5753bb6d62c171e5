package org.odradek.broker.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.odradek.broker.partition.Partition;
import org.odradek.broker.quota.ReplicationQuota;
import org.odradek.protocol.TopicPartition;
import org.odradek.protocol.record.RecordBatch;
import org.odradek.protocol.record.RecordBatchBuilder;
import org.odradek.storage.AppendOrigin;
import org.odradek.storage.AppendResult;
import org.odradek.storage.LogException;
import org.odradek.storage.LogRead;
import org.odradek.storage.PartitionLog;
import org.odradek.storage.ReadIsolation;

/**
 * Three brokers with real logs in one thread: leaders change, brokers crash and may lose what they
 * had not forced, the network loses and delays, and in the end all replicas must be identical and
 * have all that was acknowledged.
 */
final class ReplicationSimulation {
  static final String TOPIC = "t";
  private static final int BROKERS = 3;
  private static final int PARTITIONS = 3;
  private static final int SETTLE_MAX_MS = 120_000;
  private static final FetcherSettings SETTINGS = new FetcherSettings(4_000, 9_000, 1, 100, 150);

  private final Random random;
  private final SimulatedTime time;
  private final Path directory;
  private final SimulatedNetwork network;
  private final boolean unclean;
  private final ScheduledExecutorService scheduler;
  private final ExecutorService background;
  private final SimulatedController controller;
  private final Map<Integer, SimulatedBroker> lives = new TreeMap<>();
  private final Map<Integer, Path> images = new TreeMap<>();
  private final List<SimulatedBroker> allLives = new ArrayList<>();
  private final Map<TopicPartition, Map<Long, String>> acknowledged = new TreeMap<>();
  private final Map<TopicPartition, SimulatedProducer> producers = new TreeMap<>();
  private int nextValue;

  /**
   * @param unclean whether replicas that are not in sync are made leaders; then what was
   *     acknowledged may be lost, but the replicas must agree all the same
   */
  ReplicationSimulation(
      long seed,
      short fetchVersion,
      boolean unclean,
      Path directory,
      ScheduledExecutorService scheduler,
      ExecutorService background) {
    this.random = new Random(seed);
    this.time = new SimulatedTime(random);
    this.directory = directory;
    this.network = new SimulatedNetwork(time, random, fetchVersion, this::live);
    this.unclean = unclean;
    this.scheduler = scheduler;
    this.background = background;
    this.controller = new SimulatedController(time, random, this::live, unclean);
    for (int i = 0; i < PARTITIONS; i++) {
      List<Integer> replicas = new ArrayList<>();
      for (int j = 0; j < BROKERS; j++) {
        replicas.add(1 + (i + j) % BROKERS);
      }
      TopicPartition partition = new TopicPartition(TOPIC, i);
      controller.states.put(partition, new SimulatedController.State(replicas));
      acknowledged.put(partition, new TreeMap<>());
      producers.put(partition, new SimulatedProducer(100 + i, random));
    }
  }

  private @Nullable SimulatedBroker live(int id) {
    SimulatedBroker life = lives.get(id);
    return life != null && life.up ? life : null;
  }

  /** Plays for this many steps, then lets everything heal and compares. */
  void play(int steps) {
    for (int id = 1; id <= BROKERS; id++) {
      start(id);
    }
    controller.states.keySet().forEach(controller::elect);
    look();
    for (int i = 0; i < steps; i++) {
      step();
      time.runFor(random.nextInt(30));
    }
    network.calmDown();
    for (int id = 1; id <= BROKERS; id++) {
      if (live(id) == null) {
        start(id);
      }
    }
    settle();
    if (!unclean) {
      finishProducers();
      settle();
    }
    compare();
  }

  /** Followers that lag go out of ISRs. */
  private void look() {
    time.after(
        SimulatedBroker.LAG_MAX_MS / 2,
        () -> {
          for (SimulatedBroker each : lives.values()) {
            if (each.up) {
              each.partitions.all().forEach(Partition::shrinkIsr);
            }
          }
          look();
        });
  }

  private void step() {
    int dice = random.nextInt(100);
    TopicPartition partition = new TopicPartition(TOPIC, random.nextInt(PARTITIONS));
    int id = 1 + random.nextInt(BROKERS);
    SimulatedBroker broker = live(id);
    if (dice < 30) {
      append(partition, id);
    } else if (dice < 60) {
      sendIdempotently(partition, id);
    } else if (dice < 65) {
      if (broker != null) {
        crash(broker, random.nextBoolean());
      }
    } else if (dice < 78) {
      if (broker == null) {
        start(id);
      }
    } else if (dice < 84) {
      controller.elect(partition);
    } else if (dice < 88) {
      network.cutOff(id, random.nextInt(4_000));
    } else if (dice < 91) {
      deleteRecords(partition, id);
    } else if (dice < 93) {
      if (broker != null) {
        broker.replication.resize(1 + random.nextInt(3));
      }
    } else if (dice < 94 && unclean && broker != null) {
      controller.electUncleanly(partition, id);
    }
  }

  private void start(int id) {
    Path image = images.computeIfAbsent(id, first -> directory.resolve("broker-" + id + "-0"));
    SimulatedBroker[] self = new SimulatedBroker[1];
    SimulatedBroker life =
        new SimulatedBroker(
            id,
            allLives.size() + 1L,
            image,
            time,
            random,
            controller.isrStore(),
            (leader, fetcher) -> network.link(() -> self[0], leader),
            SETTINGS,
            ReplicationQuota.none(),
            scheduler,
            background);
    self[0] = life;
    lives.put(id, life);
    allLives.add(life);
    controller.brokerStarted(id);
  }

  /** Loses its tail only where that loses nothing that only this broker has. */
  private void crash(SimulatedBroker broker, boolean wantsLoss) {
    boolean losesTail =
        wantsLoss
            && controller.states.values().stream()
                .allMatch(state ->
                    !state.isr.contains(broker.id)
                        || state.isr.stream().anyMatch(id -> id != broker.id && live(id) != null));
    Path image = directory.resolve("broker-" + broker.id + "-" + allLives.size());
    images.put(broker.id, broker.crash(image, random, losesTail));
    controller.brokerEnded(broker.id);
  }

  private void append(TopicPartition partition, int id) {
    SimulatedBroker broker = live(id);
    Partition replica = broker == null ? null : broker.partitions.find(partition);
    if (replica == null || !replica.isLeader()) {
      return;
    }
    List<String> values = new ArrayList<>();
    RecordBatchBuilder batch = new RecordBatchBuilder();
    for (int i = 0; i <= random.nextInt(3); i++) {
      String value = "value " + nextValue++ + " " + "x".repeat(random.nextInt(300));
      values.add(value);
      batch.append(time.nowMs(), null, ByteBuffer.wrap(value.getBytes(UTF_8)));
    }
    AppendResult result;
    try {
      result = replica.append(batch.build(), AppendOrigin.CLIENT, true);
    } catch (LogException e) {
      return; // not a leader any more
    }
    replica
        .replicated(result.lastOffset() + 1)
        .thenRun(() -> {
          Map<Long, String> known = acknowledged.get(partition);
          for (int i = 0; known != null && i < values.size(); i++) {
            String before = known.put(result.firstOffset() + i, values.get(i));
            if (!unclean) {
              assertEquals(null, before, "acknowledged twice: " + (result.firstOffset() + i));
            }
          }
        });
  }

  /** Not where records may be lost: a producer has to begin anew after that. */
  private void sendIdempotently(TopicPartition partition, int id) {
    SimulatedBroker broker = live(id);
    Partition replica = broker == null ? null : broker.partitions.find(partition);
    SimulatedProducer producer = producers.get(partition);
    if (replica != null && producer != null && replica.isLeader() && !unclean) {
      for (int i = 0; i <= random.nextInt(4); i++) {
        producer.send(replica, time.nowMs());
      }
    }
  }

  /** No producer is left with a batch that nobody acknowledges. */
  private void finishProducers() {
    producers.forEach((partition, producer) -> {
      for (int attempt = 0; !producer.isDone(); attempt++) {
        assertTrue(attempt < 20, () -> partition + " is stuck: " + producer + describe());
        SimulatedController.State state = controller.states.get(partition);
        SimulatedBroker broker = state == null ? null : live(state.leader);
        Partition leader = broker == null ? null : broker.partitions.find(partition);
        if (leader != null) {
          producer.sendOpen(leader, time.nowMs());
        }
        time.runFor(500);
      }
    });
  }

  private void deleteRecords(TopicPartition partition, int id) {
    SimulatedBroker broker = live(id);
    Partition replica = broker == null ? null : broker.partitions.find(partition);
    if (replica != null && replica.isLeader()) {
      PartitionLog log = replica.log();
      long room = log.highWatermark() - log.logStartOffset();
      if (room > 20) {
        log.deleteRecordsBefore(log.logStartOffset() + random.nextLong(room / 4));
      }
    }
  }

  // The end

  private void settle() {
    for (long waited = 0; !isSettled(); waited += 500) {
      assertTrue(waited < SETTLE_MAX_MS, () -> "the replicas do not come together: " + describe());
      time.runFor(500);
    }
    time.runFor(2_000); // watermarks and log starts come with the next answers
  }

  private boolean isSettled() {
    return controller.states.entrySet().stream()
        .allMatch(entry -> {
          SimulatedController.State state = entry.getValue();
          return state.leader >= 0
              && state.isr.size() == BROKERS
              && replicas(entry.getKey()).stream()
                      .map(PartitionLog::logEndOffset)
                      .distinct()
                      .count()
                  == 1;
        });
  }

  private List<PartitionLog> replicas(TopicPartition partition) {
    List<PartitionLog> logs = new ArrayList<>();
    for (SimulatedBroker each : lives.values()) {
      Partition replica = each.partitions.find(partition);
      if (replica != null) {
        logs.add(replica.log());
      }
    }
    return logs;
  }

  private String describe() {
    StringBuilder text = new StringBuilder();
    controller.states.forEach((partition, state) -> {
      text.append(
          "\n%s leader %d epoch %d isr %s:"
              .formatted(partition, state.leader, state.leaderEpoch, state.isr));
      for (SimulatedBroker each : lives.values()) {
        Partition replica = each.partitions.find(partition);
        if (replica != null) {
          PartitionLog log = replica.log();
          text.append(
              "\n  %d: %d to %d, watermark %d, epoch %s, %s"
                  .formatted(
                      each.id,
                      log.logStartOffset(),
                      log.logEndOffset(),
                      log.highWatermark(),
                      log.latestLeaderEpoch(),
                      replica.state()));
        }
      }
    });
    return text.toString();
  }

  private void compare() {
    controller.states.forEach((partition, state) -> {
      List<PartitionLog> logs = replicas(partition);
      assertEquals(BROKERS, logs.size());
      PartitionLog first = logs.getFirst();
      // what a crash keeps of deleted records comes back, as it does in Kafka
      long start = logs.stream().mapToLong(PartitionLog::logStartOffset).max().orElse(0);
      for (PartitionLog log : logs) {
        assertEquals(first.logEndOffset(), log.logEndOffset(), this::describe);
        assertEquals(first.highWatermark(), log.highWatermark(), this::describe);
        assertEquals(first.logEndOffset(), log.highWatermark(), this::describe);
        assertEquals(
            batches(first, start), batches(log, start), partition + " differs" + describe());
      }
      if (!unclean) {
        Map<Long, String> found = values(first, start);
        Map<Long, String> known = acknowledged.getOrDefault(partition, Map.of());
        known.forEach((offset, value) -> {
          if (offset >= start) {
            assertEquals(value, found.get(offset), partition + " at " + offset + describe());
          }
        });
        SimulatedProducer producer = producers.get(partition);
        if (producer != null) {
          producer.check(found, start, partition + describe());
        }
      }
    });
  }

  /** How many records were acknowledged, for a look at whether anything happens at all. */
  int acknowledged() {
    return acknowledged.values().stream().mapToInt(Map::size).sum();
  }

  /** How many retries were acknowledged that were older than what a leader remembers. */
  int forgotten() {
    return producers.values().stream().mapToInt(SimulatedProducer::forgotten).sum();
  }

  private static List<ByteBuffer> batches(PartitionLog log, long start) {
    List<ByteBuffer> batches = new ArrayList<>();
    for (long at = start; at < log.logEndOffset(); ) {
      LogRead read = log.read(at, 1 << 20, true, ReadIsolation.LOG_END);
      ByteBuffer bytes = read.records().readFully();
      read.release();
      for (RecordBatch batch : RecordBatch.allIn(bytes)) {
        batches.add(bytes.duplicate().slice(batch.index(), batch.sizeInBytes()));
        at = batch.nextOffset();
      }
    }
    return batches;
  }

  private static Map<Long, String> values(PartitionLog log, long start) {
    Map<Long, String> values = new TreeMap<>();
    for (ByteBuffer bytes : batches(log, start)) {
      RecordBatch batch = RecordBatch.at(bytes, 0);
      batch
          .records(1 << 20)
          .forEach(record -> {
            ByteBuffer value = record.value();
            values.put(
                record.offset(), value == null ? "" : UTF_8.decode(value.duplicate()).toString());
          });
    }
    return values;
  }

  void close() {
    allLives.forEach(life -> life.logs.close());
  }
}
