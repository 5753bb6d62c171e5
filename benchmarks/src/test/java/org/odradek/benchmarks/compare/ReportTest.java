package org.odradek.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.benchmarks.systems.MeasuredSystem;
import org.odradek.benchmarks.workload.Figure;
import org.odradek.benchmarks.workload.Workload;
import org.odradek.benchmarks.workload.Workloads;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReportTest {
  private static final Workload WORKLOAD =
      Workloads.matching(List.of("produce-100b-acks1")).getFirst();

  private static Measurement run(MeasuredSystem system, int pair, double rate, double cpu) {
    return new Measurement(
        system,
        pair,
        "2026-01-01T00:00:00Z",
        12,
        Map.of(Figure.RECORDS_PER_SECOND, rate, Figure.CPU_PER_MILLION, cpu),
        List.of(),
        Optional.empty());
  }

  private static WorkloadResult result() {
    Measurement failed =
        new Measurement(
            MeasuredSystem.KAFKA_4_3,
            2,
            "2026-01-01T00:01:00Z",
            3,
            Map.of(),
            List.of("a note"),
            Optional.of("failed: the broker ended"));
    return new WorkloadResult(
        WORKLOAD,
        OptionalDouble.of(90),
        List.of(
            run(MeasuredSystem.KAFKA_3_9, Measurement.CALIBRATION, 90, 9),
            run(MeasuredSystem.ODRADEK, 1, 200, 1),
            run(MeasuredSystem.KAFKA_3_9, 1, 100, 4),
            run(MeasuredSystem.KAFKA_4_3, 1, 50, 2),
            failed,
            run(MeasuredSystem.KAFKA_3_9, 2, 100, 2),
            run(MeasuredSystem.ODRADEK, 2, 300, 1)));
  }

  @Test
  void theTableHasMediansAndRatiosOfPairsWithTheirRange() {
    String table = new TableReport(List.of(MeasuredSystem.values())).table(result());
    String throughput =
        table.lines().filter(l -> l.contains("records per second,")).findFirst().orElse("");
    assertTrue(
        throughput.matches(".* 250 +100 +50\\.0 +2\\.50 \\(2\\.00 to 3\\.00\\) \\* +4\\.00 .*"),
        table);
    assertTrue(throughput.contains("(2.00 to 3.00) *"), "Kafka 3.9.2 is the better one: " + table);
    String cpu = table.lines().filter(l -> l.contains("CPU per million")).findFirst().orElse("");
    assertTrue(cpu.contains("0.38 (0.25 to 0.50) "), table);
    assertTrue(cpu.contains("1 missing) *"), "lower is better, so Kafka 4.3.1 is: " + table);
  }

  @Test
  void failedRunsAndNotesAreInTheTable() {
    String table = new TableReport(List.of(MeasuredSystem.values())).table(result());
    assertTrue(table.contains("pair 2, kafka-4.3.1: failed: the broker ended"), table);
    assertTrue(table.contains("pair 2, kafka-4.3.1: a note"), table);
    assertTrue(table.contains("4.00 (4.00 to 4.00, 1 missing)"), table);
  }

  @Test
  void aPairThatFailedOnBothSidesIsSaidToBeMissing() {
    var failures = List.of(MeasuredSystem.ODRADEK, MeasuredSystem.KAFKA_3_9);
    var runs =
        new java.util.ArrayList<Measurement>(
            List.of(
                run(MeasuredSystem.ODRADEK, 1, 200, 1), run(MeasuredSystem.KAFKA_3_9, 1, 100, 4)));
    for (MeasuredSystem system : failures) {
      runs.add(
          new Measurement(
              system, 2, "2026-01-01T00:01:00Z", 3, Map.of(), List.of(), Optional.of("failed")));
    }
    String table =
        new TableReport(failures).table(new WorkloadResult(WORKLOAD, OptionalDouble.empty(), runs));
    assertTrue(table.contains("2.00 (2.00 to 2.00, 1 missing)"), table);
  }

  @Test
  void aFigureOfWhichNoPairIsCompleteSaysSo() {
    String table =
        new TableReport(List.of(MeasuredSystem.ODRADEK, MeasuredSystem.KAFKA_3_9))
            .table(
                new WorkloadResult(
                    WORKLOAD,
                    OptionalDouble.empty(),
                    List.of(run(MeasuredSystem.ODRADEK, 1, 200, 1))));
    assertTrue(table.contains("- (1 missing)"), table);
  }

  @Test
  void theSearchForTheMaximumCountsInNoMedian() {
    WorkloadResult result = result();
    assertEquals(
        100,
        result.spread(MeasuredSystem.KAFKA_3_9, Figure.RECORDS_PER_SECOND).orElseThrow().median());
    assertFalse(result.spread(MeasuredSystem.KAFKA_3_9, Figure.P50).isPresent());
  }

  @Test
  void theJsonHasEveryRunTheFailedOnesToo(@TempDir Path folder) throws Exception {
    Options options = Options.parse(List.of("--pairs", "2"), folder, folder);
    Path file = folder.resolve("figures.json");
    new JsonReport(options, Map.of("processor", "some")).write(file, List.of(result()));
    JsonNode json = JsonMapper.builder().build().readTree(Files.readString(file));
    assertEquals("some", json.at("/machine/processor").asString());
    JsonNode workload = json.at("/workloads/0");
    assertEquals(7, workload.get("runs").size());
    assertEquals("failed: the broker ended", workload.at("/runs/4/failure").asString());
    assertEquals("maximum", workload.at("/runs/0/pair").asString());
    assertEquals(200, workload.at("/runs/1/figures/RECORDS_PER_SECOND").asDouble());
    assertEquals(250, workload.at("/figures/0/systems/odradek/median").asDouble());
    assertEquals("kafka-3.9.2", workload.at("/figures/0/betterOfTheOthers").asString());
    JsonNode ratio = workload.at("/figures/0/ratios/odradek to kafka-4.3.1");
    assertEquals(4, ratio.get("median").asDouble());
    assertEquals(1, ratio.get("missingPairs").asInt());
    assertEquals(
        "left to the operating system (each system's default)",
        workload.get("flushPolicy").asString());
  }
}
