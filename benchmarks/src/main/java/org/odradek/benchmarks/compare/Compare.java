package org.odradek.benchmarks.compare;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.odradek.benchmarks.systems.MeasuredSystem;
import org.odradek.benchmarks.systems.StockJars;
import org.odradek.benchmarks.workload.Workload;
import org.odradek.benchmarks.workload.Workloads;
import org.odradek.processes.Checkout;

/**
 * The command: measures workloads on several systems in turn, prints tables, writes JSON and draws
 * plots.
 */
public final class Compare {
  private final Options options;
  private final List<Workload> workloads;
  private final PrintStream out;

  private Compare(Options options, PrintStream out) {
    this.workloads = Workloads.matching(options.workloads());
    this.options = TimePlan.fitting(workloads, options);
    this.out = out;
  }

  public static void main(String[] arguments) throws IOException {
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    if (List.of(arguments).contains("--help")) {
      out.print(Options.USAGE);
      return;
    }
    int status;
    Path temporary = Files.createTempDirectory("odradek-compare");
    try {
      Path output = Checkout.root().resolve("benchmarks/target/compare");
      Options options = Options.parse(List.of(arguments), output, temporary);
      status = new Compare(options, out).run();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.print(Options.USAGE);
      status = 2;
    } finally {
      Files.deleteIfExists(temporary);
    }
    System.exit(status);
  }

  private int run() throws IOException {
    if (options.isListing()) {
      list();
      return 0;
    }
    resolveStock();
    Files.createDirectories(options.output());
    Map<String, String> machine = Machine.description();
    machine.forEach((name, value) -> out.println(name + ": " + value));
    out.println(
        "about " + TimePlan.minutes(TimePlan.seconds(workloads, options)) + " min, " + size());
    var plan = new TimePlan(options, System::nanoTime);
    var measuring = new Measuring(options, plan, out);
    var table = new TableReport(options.systems());
    var json = new JsonReport(options, machine);
    var results = new ArrayList<WorkloadResult>();
    var tables = new StringBuilder();
    for (Workload workload : workloads) {
      if (!plan.hasTimeFor(options.systems().size() * TimePlan.runSeconds(workload, options))) {
        out.println(workload.name() + ": left out, the time is over");
        continue;
      }
      WorkloadResult result = measuring.measure(workload);
      results.add(result);
      String text = table.table(result);
      out.println();
      out.println(text);
      tables.append(text).append('\n');
      // After each workload: what hours have measured is not lost with the last one.
      json.write(options.output().resolve("figures.json"), results);
      Files.writeString(options.output().resolve("table.txt"), tables);
    }
    draw(results);
    measuring.removeAll();
    out.println("Figures, tables and plots are in " + options.output());
    boolean anyFailed =
        results.stream()
            .flatMap(r -> r.measurements().stream())
            .anyMatch(m -> m.failure().isPresent());
    return anyFailed ? 1 : 0;
  }

  private String size() {
    return options.pairs()
        + " pair(s) of "
        + options.systems().size()
        + " system(s), scale "
        + options.scale().name();
  }

  private void list() {
    for (Workload workload : workloads) {
      out.println(
          workload.name()
              + " ("
              + TimePlan.minutes(TimePlan.seconds(workload, options))
              + " min): "
              + workload.what());
    }
    out.println(
        "about "
            + TimePlan.minutes(TimePlan.seconds(workloads, options))
            + " min in all for "
            + size());
  }

  private void draw(List<WorkloadResult> results) {
    try {
      new Plots(options.systems(), options.output())
          .draw(results)
          .forEach(file -> out.println("drew " + file));
    } catch (RuntimeException | LinkageError e) {
      // Java's drawing wants fonts of the machine; the figures are written all the same.
      out.println("No plots could be drawn: " + e);
    }
  }

  private void resolveStock() {
    StockJars.resolve(StockJars.CLIENT_VERSION);
    if (options.systems().stream().anyMatch(MeasuredSystem::usesZooKeeper)) {
      StockJars.resolve(StockJars.ZOOKEEPER_VERSION);
    }
    options.systems().stream()
        .filter(MeasuredSystem::isStock)
        .map(MeasuredSystem::stockVersion)
        .forEach(StockJars::resolve);
  }
}
