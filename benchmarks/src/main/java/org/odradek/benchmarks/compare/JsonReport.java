package org.odradek.benchmarks.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.odradek.benchmarks.statistics.PairedRatios;
import org.odradek.benchmarks.statistics.Spread;
import org.odradek.benchmarks.systems.Deployment;
import org.odradek.benchmarks.systems.MeasuredSystem;
import org.odradek.benchmarks.systems.StockJars;
import org.odradek.benchmarks.workload.Figure;
import tools.jackson.databind.json.JsonMapper;

/** Everything that was measured, every single run too, as JSON. */
final class JsonReport {
  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(tools.jackson.databind.SerializationFeature.INDENT_OUTPUT)
          .build();

  private final Options options;
  private final Map<String, String> machine;

  JsonReport(Options options, Map<String, String> machine) {
    this.options = options;
    this.machine = machine;
  }

  void write(Path file, List<WorkloadResult> results) {
    MAPPER.writeValue(file.toFile(), document(results));
  }

  /** The document as maps and lists. */
  Map<String, Object> document(List<WorkloadResult> results) {
    var document = new LinkedHashMap<String, Object>();
    document.put("machine", machine);
    document.put("scale", options.scale().name());
    document.put("share of the full size", options.scale().share());
    document.put("pairs asked for", options.pairs());
    document.put("systems", options.systems().stream().map(MeasuredSystem::label).toList());
    document.put("clientVersion", StockJars.CLIENT_VERSION);
    document.put("zooKeeperVersion", StockJars.ZOOKEEPER_VERSION);
    document.put("clientCpus", options.clientCpus());
    document.put("workloads", results.stream().map(this::workload).toList());
    return document;
  }

  private Map<String, Object> workload(WorkloadResult result) {
    Deployment deployment = result.workload().deployment();
    var workload = new LinkedHashMap<String, Object>();
    workload.put("name", result.workload().name());
    workload.put("what", result.workload().what());
    workload.put("brokers", deployment.brokers());
    workload.put("brokerSettings", new java.util.TreeMap<>(deployment.settings()));
    workload.put("tls", deployment.isTls());
    workload.put("brokerCpus", deployment.brokerCpus());
    workload.put("heap", deployment.heap().isEmpty() ? "as shipped" : deployment.heap());
    workload.put("memoryLimitMib", deployment.memoryLimitMib());
    workload.put("flushPolicy", deployment.flushPolicy());
    result.kafkaMaximum().ifPresent(maximum -> workload.put("kafkaMaximum", maximum));
    workload.put("figures", result.figures().stream().map(f -> figure(result, f)).toList());
    workload.put("runs", result.measurements().stream().map(JsonReport::run).toList());
    return workload;
  }

  private Map<String, Object> figure(WorkloadResult result, Figure figure) {
    var json = new LinkedHashMap<String, Object>();
    json.put("name", figure.name());
    json.put("title", figure.title());
    json.put("unit", figure.unit());
    json.put("better", figure.better().name());
    var bySystem = new LinkedHashMap<String, Object>();
    for (MeasuredSystem system : options.systems()) {
      result.spread(system, figure).ifPresent(s -> bySystem.put(system.label(), spread(s)));
    }
    json.put("systems", bySystem);
    var ratios = new LinkedHashMap<String, Object>();
    MeasuredSystem ours = options.systems().getFirst();
    for (MeasuredSystem other : options.systems().subList(1, options.systems().size())) {
      PairedRatios paired = result.ratios(ours, other, figure);
      var ratio = new LinkedHashMap<String, Object>();
      paired.ratios().ifPresent(s -> ratio.putAll(spread(s)));
      ratio.put("missingPairs", paired.missing());
      ratios.put(ours.label() + " to " + other.label(), ratio);
    }
    json.put("ratios", ratios);
    result
        .better(options.systems().subList(1, options.systems().size()), figure)
        .ifPresent(better -> json.put("betterOfTheOthers", better.label()));
    return json;
  }

  private static Map<String, Object> spread(Spread spread) {
    var json = new LinkedHashMap<String, Object>();
    json.put("median", spread.median());
    json.put("min", spread.min());
    json.put("max", spread.max());
    json.put("count", spread.count());
    return json;
  }

  private static Map<String, Object> run(Measurement measurement) {
    var json = new LinkedHashMap<String, Object>();
    json.put("system", measurement.system().label());
    json.put("pair", measurement.isCalibration() ? "maximum" : measurement.pair());
    json.put("startedAt", measurement.startedAt());
    json.put("seconds", measurement.seconds());
    var figures = new LinkedHashMap<String, Object>();
    measurement.figures().forEach((figure, value) -> figures.put(figure.name(), value));
    json.put("figures", figures);
    json.put("notes", new ArrayList<>(measurement.notes()));
    measurement.failure().ifPresent(failure -> json.put("failure", failure));
    return json;
  }
}
