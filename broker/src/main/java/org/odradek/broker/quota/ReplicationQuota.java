package org.odradek.broker.quota;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.TopicPartition;

/**
 * One side of replication throttles (KIP-73): which replicas are throttled, how fast all of them
 * together may be, and how fast they are. Replicas that are in sync are never kept back, but count.
 *
 * <p>Kafka lets a fetch through whole as long as the rate is not exceeded yet, and then none until
 * it is kept again. Here a fetch gets no more than {@link #room}, so that the rate is even.
 *
 * <p>Thread-safety: any thread; never blocks.
 */
public final class ReplicationQuota {
  /** What the rate is when none is set. */
  public static final long UNLIMITED = Long.MAX_VALUE;

  /** Less than the bytes of this time is not worth a fetch. */
  private static final long WORTH_MS = 100;

  private static final long PAUSE_MAX_MS = 1_000;

  /** What was last read of a topic's setting, with the text that it was read from. */
  private record Parsed(String text, ThrottledReplicas replicas) {}

  private final int brokerId;
  private final Function<String, @Nullable String> replicasOfTopic;
  private final LongSupplier clockMs;
  private final RateWindow window;
  private final ConcurrentHashMap<String, Parsed> parsed = new ConcurrentHashMap<>();
  private volatile long bytesPerSecond = UNLIMITED;

  /**
   * @param replicasOfTopic what is set as throttled replicas of a topic, null for nothing
   * @param clockMs milliseconds on a clock that never goes back
   * @param samples {@code replication.quota.window.num}
   * @param sampleMs {@code replication.quota.window.size.seconds}, in milliseconds
   */
  public ReplicationQuota(
      int brokerId,
      Function<String, @Nullable String> replicasOfTopic,
      LongSupplier clockMs,
      int samples,
      long sampleMs) {
    this.brokerId = brokerId;
    this.replicasOfTopic = replicasOfTopic;
    this.clockMs = clockMs;
    this.window = new RateWindow(samples, sampleMs);
  }

  /** Nothing is throttled, ever. */
  public static ReplicationQuota none() {
    return new ReplicationQuota(-1, topic -> null, () -> 0, 1, 1);
  }

  /** Sets the rate; {@link #UNLIMITED} ends the throttle. */
  public void bytesPerSecond(long rate) {
    bytesPerSecond = rate;
  }

  public long bytesPerSecond() {
    return bytesPerSecond;
  }

  /** Whether there is a rate to be kept at all. */
  public boolean isLimited() {
    return bytesPerSecond != UNLIMITED;
  }

  /** Whether this broker's replica counts, and may be kept back. */
  public boolean isThrottled(TopicPartition partition) {
    if (!isLimited()) {
      return false;
    }
    String topic = partition.topic();
    String text = replicasOfTopic.apply(topic);
    if (text == null || text.isEmpty()) {
      parsed.remove(topic);
      return false;
    }
    Parsed known = parsed.get(topic);
    if (known == null || !known.text.equals(text)) {
      known = new Parsed(text, ThrottledReplicas.parse(text, brokerId));
      parsed.put(topic, known);
    }
    return known.replicas.contains(partition.partition());
  }

  /** Bytes of throttled replicas went by. */
  public void record(long bytes) {
    if (bytes > 0) {
      window.record(bytes, clockMs.getAsLong());
    }
  }

  /** How many bytes may go by now; 0 while the rate is exceeded, or too little to be worth it. */
  public long room() {
    long rate = bytesPerSecond;
    if (rate == UNLIMITED) {
      return Long.MAX_VALUE;
    }
    long room = window.room(rate, clockMs.getAsLong());
    return room < worth(rate) ? 0 : room;
  }

  private static long worth(long rate) {
    return Math.max(1, rate / 1_000 * WORTH_MS);
  }

  /** After how many milliseconds there will be room, or it is to be looked again; 0 for now. */
  public long pauseMs() {
    long rate = bytesPerSecond;
    if (rate == UNLIMITED) {
      return 0;
    }
    long missing = worth(rate) - window.room(rate, clockMs.getAsLong());
    if (missing <= 0) {
      return 0;
    }
    return Math.clamp(rate == 0 ? PAUSE_MAX_MS : missing * 1_000 / rate, 1, PAUSE_MAX_MS);
  }

  /** The measured rate in bytes a second, for metrics. */
  public double measured() {
    return window.perSecond(clockMs.getAsLong());
  }
}
