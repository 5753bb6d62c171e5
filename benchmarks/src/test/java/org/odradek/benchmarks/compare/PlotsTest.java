package org.odradek.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.odradek.benchmarks.systems.MeasuredSystem;
import org.odradek.benchmarks.workload.Figure;
import org.odradek.benchmarks.workload.Workloads;

class PlotsTest {
  private static WorkloadResult result(String workload, MeasuredSystem... systems) {
    return result(workload, 400_000, systems);
  }

  private static WorkloadResult result(
      String workload, double perSecond, MeasuredSystem... systems) {
    List<Measurement> runs =
        List.of(systems).stream()
            .map(system ->
                new Measurement(
                    system,
                    1,
                    "2026-01-01T00:00:00Z",
                    1,
                    Map.of(
                        Figure.RECORDS_PER_SECOND, perSecond,
                        Figure.CPU_PER_MILLION, 0.5,
                        Figure.P50_AT_80, 0.4,
                        Figure.P99_AT_80, 20.0,
                        Figure.P999_AT_80, 90.0,
                        Figure.MAX_AT_80, 200.0),
                    List.of(),
                    Optional.empty()))
            .toList();
    return new WorkloadResult(
        Workloads.matching(List.of(workload)).getFirst(), OptionalDouble.empty(), runs);
  }

  private static List<Path> draw(Path folder, WorkloadResult... results) throws IOException {
    return new Plots(List.of(MeasuredSystem.values()), folder).draw(List.of(results));
  }

  @Test
  void everyPlotIsAPictureAlsoWhereASystemHasNoFigures(@TempDir Path folder) throws Exception {
    assumeTrue(hasFonts(), "this machine has no fonts to draw with");
    List<Path> files =
        draw(
            folder,
            result("produce-100b-acks1", MeasuredSystem.values()),
            result("produce-1k-acks1", MeasuredSystem.ODRADEK),
            result("start"));
    List<String> names = files.stream().map(file -> file.getFileName().toString()).toList();
    assertEquals(
        List.of(
            "throughput.png",
            "cpu-per-million-records.png",
            "latency-at-80-percent-produce-100b-acks1.png",
            "latency-at-80-percent-produce-1k-acks1.png"),
        names);
    for (Path file : files) {
      assertNotNull(ImageIO.read(file.toFile()), file.toString());
    }
  }

  @Test
  void figuresThatAreFarApartAreDrawnToo(@TempDir Path folder) throws Exception {
    assumeTrue(hasFonts(), "this machine has no fonts to draw with");
    List<Path> files =
        draw(
            folder,
            result("produce-100b-acks1", MeasuredSystem.values()),
            result("produce-100k-acks1", 2_000, MeasuredSystem.ODRADEK));
    assertNotNull(ImageIO.read(files.getFirst().toFile()));
  }

  private static boolean hasFonts() {
    try {
      return GraphicsEnvironment.getLocalGraphicsEnvironment().getAvailableFontFamilyNames().length
          > 0;
    } catch (RuntimeException | LinkageError e) {
      return false; // no fontconfig, or no library for it
    }
  }
}
