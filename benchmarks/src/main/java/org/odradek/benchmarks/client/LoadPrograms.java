package org.odradek.benchmarks.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Locale;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.Metric;

/** The entry of the client JVM: the name of a program, then its arguments. */
public final class LoadPrograms {
  private LoadPrograms() {}

  public static void main(String[] arguments) throws Exception {
    LoadArguments rest = LoadArguments.parse(Arrays.copyOfRange(arguments, 1, arguments.length));
    switch (arguments[0]) {
      case "paced-produce" -> PacedProduce.run(rest);
      case "parallel-produce" -> ParallelProduce.run(rest);
      case "replayed-produce" -> ReplayedProduce.run(rest);
      case "produce-and-consume" -> ProduceAndConsume.run(rest);
      case "end-to-end" -> EndToEnd.run(rest);
      case "drain" -> Drain.run(rest);
      case "first-acknowledgement" -> FirstAcknowledgement.run(rest);
      default -> throw new IllegalArgumentException("no program " + arguments[0]);
    }
    System.out.flush();
    // Clients of a broker that is gone could keep the process for minutes.
    System.exit(0);
  }

  /**
   * Says that what counts begins now, and waits until the measurer has read what the broker has
   * used up to here: a line out, a line in.
   */
  static void awaitMeasuring() {
    System.out.println("measuring");
    System.out.flush();
    try {
      if (System.in.read() < 0) {
        throw new IllegalStateException("nobody measures");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void print(String name, double value) {
    System.out.printf(Locale.ROOT, "%s=%s%n", name, Double.toString(value));
  }

  static void print(String name, long value) {
    print(name, (double) value);
  }

  /** Produce requests of a producer so far; connection set-up counts as a few more. */
  static double requests(KafkaProducer<?, ?> producer) {
    return producer.metrics().entrySet().stream()
        .filter(m -> m.getKey().name().equals("request-total"))
        .filter(m -> m.getKey().group().equals("producer-metrics"))
        .map(java.util.Map.Entry::getValue)
        .map(Metric::metricValue)
        .mapToDouble(value -> (Double) value)
        .sum();
  }
}
