package org.odradek.broker.metrics;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * Counts events, and knows their rates over the last minutes, weighted exponentially as Kafka's
 * meters are. Counting is one addition; rates move when {@link #tick} is called every {@link
 * #TICK_SECONDS}, and stay 0 as long as nobody does.
 *
 * <p>Thread-safety: {@link #mark} and readers from any thread, {@link #tick} from one.
 */
public final class Meter {
  /** How often {@link #tick} is to be called. */
  public static final int TICK_SECONDS = 5;

  private final LongAdder marked = new LongAdder();
  private final LongSupplier counted;
  private final String eventType;
  private final Rate one = new Rate(1);
  private final Rate five = new Rate(5);
  private final Rate fifteen = new Rate(15);
  private long ticked;
  private long ticks;
  private volatile double meanRate;

  /** {@code eventType}: what is counted, as Kafka says it: "bytes", "requests", "messages". */
  public Meter(String eventType) {
    this(eventType, () -> 0);
  }

  /** {@code counted}: events that somebody else counts; it never goes back. */
  public Meter(String eventType, LongSupplier counted) {
    this.eventType = eventType;
    this.counted = counted;
  }

  public void mark() {
    marked.increment();
  }

  /** {@code events} is not negative. */
  public void mark(long events) {
    marked.add(events);
  }

  /** All events since the start. */
  public long count() {
    return marked.sum() + counted.getAsLong();
  }

  public String eventType() {
    return eventType;
  }

  /** Events per second since rates are followed. */
  public double meanRate() {
    return meanRate;
  }

  /** Events per second over the last minute, weighted. */
  public double oneMinuteRate() {
    return one.perSecond;
  }

  public double fiveMinuteRate() {
    return five.perSecond;
  }

  public double fifteenMinuteRate() {
    return fifteen.perSecond;
  }

  /** {@link #TICK_SECONDS} have passed since the last call. */
  void tick() {
    long now = count();
    double perSecond = (double) (now - ticked) / TICK_SECONDS;
    ticked = now;
    ticks++;
    meanRate = (double) now / (ticks * TICK_SECONDS);
    one.add(perSecond);
    five.add(perSecond);
    fifteen.add(perSecond);
  }

  private static final class Rate {
    private final double weight;
    private boolean isStarted;
    private volatile double perSecond;

    Rate(int minutes) {
      weight = 1 - Math.exp(-TICK_SECONDS / (double) TimeUnit.MINUTES.toSeconds(minutes));
    }

    void add(double now) {
      double before = perSecond;
      perSecond = isStarted ? before + weight * (now - before) : now;
      isStarted = true;
    }
  }
}
