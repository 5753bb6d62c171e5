package org.odradek.benchmarks.workload;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.odradek.benchmarks.accounting.ServerAccounting;
import org.odradek.benchmarks.accounting.Usage;
import org.odradek.benchmarks.systems.Deployment;
import org.odradek.benchmarks.systems.MeasuredSystem;
import org.odradek.benchmarks.systems.RunningCluster;

/** One measurement of one system: what it may use, and the figures that it collects. */
public final class Run {
  private final MeasuredSystem system;
  private final Deployment deployment;
  private final Scale scale;
  private final Path folder;
  private final String clientCpus;
  private final OptionalDouble kafkaMaximum;
  private final Map<Figure, Double> figures = new EnumMap<>(Figure.class);
  private final List<String> notes = new ArrayList<>();
  private int clusters;

  /**
   * A run that has still to be measured.
   *
   * @param folder empty; everything that is written is below it
   * @param clientCpus processors that clients are pinned to, empty for all
   * @param kafkaMaximum records per second that Kafka reached; empty where that is what is looked
   *     for: fixed rates are left out then
   */
  public Run(
      MeasuredSystem system,
      Deployment deployment,
      Scale scale,
      Path folder,
      String clientCpus,
      OptionalDouble kafkaMaximum) {
    this.system = system;
    this.deployment = deployment;
    this.scale = scale;
    this.folder = folder;
    this.clientCpus = clientCpus;
    this.kafkaMaximum = kafkaMaximum;
  }

  public MeasuredSystem system() {
    return system;
  }

  public Deployment deployment() {
    return deployment;
  }

  public Scale scale() {
    return scale;
  }

  /** Records per second of Kafka, where fixed rates are to be measured. */
  public OptionalDouble kafkaMaximum() {
    return kafkaMaximum;
  }

  /** A cluster of the system on fresh directories, with its brokers still to be started. */
  RunningCluster newCluster() {
    return newCluster(deployment);
  }

  RunningCluster newCluster(Deployment changed) {
    return new RunningCluster(system, changed, folder.resolve("cluster-" + ++clusters));
  }

  /** Clients of a cluster. */
  Clients clientsOf(RunningCluster cluster) {
    String pinned = deployment.brokerCpus();
    return new Clients(cluster, pinned.isEmpty() ? clientCpus : otherCpus(pinned));
  }

  /** Where the broker has a processor of its own, clients have the others. */
  private static String otherCpus(String pinned) {
    String others =
        IntStream.range(0, Runtime.getRuntime().availableProcessors())
            .mapToObj(Integer::toString)
            .filter(cpu -> !cpu.equals(pinned))
            .collect(Collectors.joining(","));
    if (others.isEmpty()) {
      throw new CannotRunException("there is no second processor for the clients");
    }
    return others;
  }

  void put(Figure figure, double value) {
    figures.put(figure, value);
  }

  /** Something that a reader of the figures has to know. */
  void note(String text) {
    notes.add(text);
  }

  /** What has been measured. */
  public Map<Figure, Double> figures() {
    return Collections.unmodifiableMap(figures);
  }

  public List<String> notes() {
    return Collections.unmodifiableList(notes);
  }

  /** Lets the broker be, and reads how much memory it holds. */
  void measureIdleMemory(ServerAccounting accounting) {
    rest(Duration.ofSeconds(scale.idleSeconds()));
    put(Figure.IDLE_MEMORY, accounting.residentMib());
  }

  /** Peak memory, and what is held at the end. */
  void measureMemory(ServerAccounting accounting) {
    put(Figure.PEAK_MEMORY, accounting.peakResidentMib());
    put(Figure.ANONYMOUS_MEMORY, accounting.anonymousMib());
  }

  /** What {@code records} of {@code size} bytes cost. */
  void putCost(Usage used, long records, int size) {
    put(Figure.CPU_PER_MILLION, used.cpuSeconds() / records * 1e6);
    put(Figure.CPU_PER_GB, used.cpuSeconds() / ((double) records * size) * 1e9);
    put(Figure.MACHINE_CPU_PER_MILLION, used.machineSeconds() / records * 1e6);
    put(Figure.MACHINE_CPU_PER_GB, used.machineSeconds() / ((double) records * size) * 1e9);
    if (used.cpuSeconds() > 0) {
      put(Figure.JIT_SHARE, 100 * used.jitSeconds() / used.cpuSeconds());
      put(Figure.GC_SHARE, 100 * used.gcSeconds() / used.cpuSeconds());
    }
    put(Figure.PAGES_DIRTIED, used.dirtiedBytes() / 1e6);
    put(Figure.DISK_READ, used.readBytes() / 1e6);
  }

  /** What the first of them cost, before the broker was warm. */
  void putFreshCost(Usage used, long records, int size) {
    put(Figure.CPU_PER_GB_FRESH, used.cpuSeconds() / ((double) records * size) * 1e9);
  }

  /** What a client prints that has sent records as fast as it could, and what that cost. */
  void putSent(Map<String, Double> printed, int size, Usage used) {
    long records = (long) FixedRate.value(printed, "records");
    double requests = FixedRate.value(printed, "requests");
    double seconds = FixedRate.value(printed, "seconds");
    putThroughput(records, size, seconds);
    putCost(used, records, size);
    put(Figure.BROKER_BUSY, 100 * used.cpuSeconds() / seconds);
    put(Figure.REQUESTS_PER_SECOND, requests / seconds);
    put(Figure.REQUESTS_PER_CPU_SECOND, requests / used.cpuSeconds());
  }

  void putThroughput(long records, int size, double seconds) {
    put(Figure.RECORDS_PER_SECOND, records / seconds);
    put(Figure.MB_PER_SECOND, (double) records * size / 1e6 / seconds);
  }

  /** Time that has to pass: the broker is watched while nothing is asked of it. */
  static void rest(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
