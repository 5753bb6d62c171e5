package org.odradek.broker.replication;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.odradek.broker.partition.Partition;
import org.odradek.protocol.record.RecordBatchBuilder;
import org.odradek.storage.AppendOrigin;
import org.odradek.storage.AppendResult;
import org.odradek.storage.LogException;

/**
 * An idempotent producer for one partition. Some answers never reach it: then it goes on with later
 * batches, and sends the old one again when it likes, maybe to a broker that only believes that it
 * leads.
 */
final class SimulatedProducer {
  /** As many as a client has in flight to an old leader and to a new one. */
  private static final int OPEN_MAX = 10;

  private final long producerId;
  private final Random random;
  private final List<Batch> open = new ArrayList<>();
  private final List<Batch> acknowledged = new ArrayList<>();
  private int nextSequence;
  private int forgotten;

  private static final class Batch {
    final int sequence;
    final List<String> values;
    final Set<Long> appendedAt = new HashSet<>();

    Batch(int sequence, List<String> values) {
      this.sequence = sequence;
      this.values = values;
    }
  }

  SimulatedProducer(long producerId, Random random) {
    this.producerId = producerId;
    this.random = random;
  }

  /**
   * Sends a new batch, or one that is not acknowledged. Nothing follows the first one before it is
   * acknowledged: a log that may have forgotten producers takes whatever comes first for the
   * beginning, as Kafka's does, and clients then go on with a new epoch.
   */
  void send(Partition leader, long nowMs) {
    boolean first = acknowledged.isEmpty();
    boolean again = open.size() == OPEN_MAX || !open.isEmpty() && (first || random.nextInt(4) == 0);
    if (again) {
      send(open.get(random.nextInt(open.size())), leader, nowMs, random.nextInt(3) == 0);
      return;
    }
    List<String> values = new ArrayList<>();
    for (int i = 0; i <= random.nextInt(3); i++) {
      values.add("producer " + producerId + " sequence " + (nextSequence + i));
    }
    Batch batch = new Batch(nextSequence, values);
    nextSequence += values.size();
    open.add(batch);
    send(batch, leader, nowMs, random.nextInt(6) == 0);
  }

  /** Sends everything again that is not acknowledged. */
  void sendOpen(Partition leader, long nowMs) {
    for (Batch batch : List.copyOf(open)) {
      send(batch, leader, nowMs, false);
    }
  }

  private void send(Batch batch, Partition leader, long nowMs, boolean answerIsLost) {
    RecordBatchBuilder builder =
        new RecordBatchBuilder().producer(producerId, (short) 0, batch.sequence);
    for (String value : batch.values) {
      builder.append(nowMs, null, ByteBuffer.wrap(value.getBytes(UTF_8)));
    }
    int ledSinceEpoch = leader.ledSinceEpoch();
    AppendResult result;
    try {
      result = leader.append(builder.build(), AppendOrigin.CLIENT, true);
    } catch (LogException e) {
      return; // to be sent again
    }
    if (!result.duplicate()) {
      batch.appendedAt.add(result.firstOffset());
    }
    if (!answerIsLost) {
      leader
          .replicated(result.lastOffset() + 1, ledSinceEpoch)
          .thenRun(() -> {
            if (open.remove(batch)) {
              acknowledged.add(batch);
              forgotten += result.forgottenDuplicate() ? 1 : 0;
            }
          });
    }
  }

  boolean isDone() {
    return open.isEmpty();
  }

  /** How many were acknowledged of which the leader only knew that they had been appended. */
  int forgotten() {
    return forgotten;
  }

  /**
   * What was acknowledged is there once and in order, but for what was deleted.
   *
   * @param found all values of the log by offset
   * @param start where the log begins
   */
  void check(Map<Long, String> found, long start, String where) {
    Map<String, Long> offsets = new HashMap<>();
    found.forEach((offset, value) -> {
      if (value.startsWith("producer ")) {
        Long before = offsets.put(value, offset);
        assertEquals(null, before, "there twice: " + value + " at " + offset + " in " + where);
      }
    });
    acknowledged.sort((one, other) -> Integer.compare(one.sequence, other.sequence));
    long last = -1;
    for (Batch batch : acknowledged) {
      for (String value : batch.values) {
        Long offset = offsets.get(value);
        boolean deleted =
            offset == null && batch.appendedAt.stream().anyMatch(first -> first < start);
        assertTrue(offset != null || deleted, "acknowledged and lost: " + value + " in " + where);
        if (offset != null) {
          assertTrue(offset > last, "out of order: " + value + " at " + offset + " in " + where);
          last = offset;
        }
      }
    }
  }

  @Override
  public String toString() {
    return "producer %d, open from sequence %s, the next is %d"
        .formatted(producerId, open.isEmpty() ? "none" : open.getFirst().sequence, nextSequence);
  }
}
