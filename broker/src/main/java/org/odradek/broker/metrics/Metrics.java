package org.odradek.broker.metrics;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;

/**
 * All metrics of a broker. Registering costs an entry in a map.
 *
 * <p>Thread-safety: any thread.
 */
public final class Metrics {

  /** What a metric is read from. */
  public sealed interface Metric {}

  /** A number that is asked for when somebody looks; {@code value} must be quick. */
  public record Gauge(Supplier<? extends Number> value) implements Metric {}

  /** Several numbers, by what each is called; asked for as that of a {@link Gauge}. */
  public record Numbers(Map<String, Supplier<? extends Number>> values) implements Metric {}

  /** Events that are counted. */
  public record Counted(Meter meter) implements Metric {}

  /** Who wants to hear of metrics that come and go. */
  interface Listener {
    void added(MetricName name, Metric metric);

    void removed(MetricName name);
  }

  private final Map<MetricName, Metric> metrics = new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();

  /** Registers a number; a former metric of the name is replaced. */
  public Metrics gauge(MetricName name, Supplier<? extends Number> value) {
    put(name, new Gauge(value));
    return this;
  }

  /** Registers several numbers under one name; a former metric of the name is replaced. */
  public Metrics numbers(MetricName name, Map<String, Supplier<? extends Number>> values) {
    put(name, new Numbers(Map.copyOf(values)));
    return this;
  }

  /** The meter of a name, made if there is none yet. */
  public Meter meter(MetricName name, String eventType) {
    Metric metric = metrics.get(name);
    if (metric instanceof Counted counted) {
      return counted.meter();
    }
    Meter meter = new Meter(eventType);
    put(name, new Counted(meter));
    return meter;
  }

  /** Registers a meter that others count with; a former metric of the name is replaced. */
  public Metrics meter(MetricName name, Meter meter) {
    put(name, new Counted(meter));
    return this;
  }

  private void put(MetricName name, Metric metric) {
    if (metrics.put(name, metric) != null) {
      listeners.forEach(listener -> listener.removed(name));
    }
    listeners.forEach(listener -> listener.added(name, metric));
  }

  public void remove(MetricName name) {
    if (metrics.remove(name) != null) {
      listeners.forEach(listener -> listener.removed(name));
    }
  }

  /** What is registered under a name. */
  public Optional<Metric> metric(MetricName name) {
    return Optional.ofNullable(metrics.get(name));
  }

  /** A copy of all. */
  public Map<MetricName, Metric> all() {
    return Map.copyOf(metrics);
  }

  /** Tells of all that are there, and of those that come and go from now on. */
  void follow(Listener listener) {
    listeners.add(listener);
    metrics.forEach(listener::added);
  }

  /** To be called every {@link Meter#TICK_SECONDS}: lets rates move. */
  public void tick() {
    metrics
        .values()
        .forEach(metric -> {
          switch (metric) {
            case Counted counted -> counted.meter().tick();
            case Numbers numbers -> numbers.values().values().forEach(Metrics::tick);
            case Gauge gauge -> tick(gauge.value());
          }
        });
  }

  private static void tick(Supplier<? extends Number> number) {
    if (number instanceof TickedNumber ticked) {
      ticked.tick();
    }
  }
}
