package org.odradek.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.odradek.benchmarks.systems.MeasuredSystem;
import org.odradek.benchmarks.workload.Scale;

class OptionsTest {
  private static Options parse(String... words) {
    return Options.parse(Arrays.asList(words), Path.of("/output"), Path.of("/work"));
  }

  @Test
  void threePairsOfAllSystemsByDefaultAndOneWhenQuick() {
    assertEquals(3, parse().pairs());
    assertEquals(List.of(MeasuredSystem.values()), parse().systems());
    assertEquals(1, parse("--quick").pairs());
    assertEquals(Scale.QUICK, parse("--quick").scale());
    assertEquals(2, parse("--quick", "--pairs", "2").pairs());
  }

  @Test
  void everyOtherRoundGoesBackwards() {
    Options options = parse("--systems", "odradek,kafka-4.3.1");
    assertEquals(List.of(MeasuredSystem.ODRADEK, MeasuredSystem.KAFKA_4_3), options.order(1));
    assertEquals(List.of(MeasuredSystem.KAFKA_4_3, MeasuredSystem.ODRADEK), options.order(2));
    assertEquals(List.of(MeasuredSystem.ODRADEK, MeasuredSystem.KAFKA_4_3), options.order(3));
  }

  @Test
  void whatIsWrongIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> parse("--pairs", "0"));
    assertThrows(IllegalArgumentException.class, () -> parse("--pairs"));
    assertThrows(IllegalArgumentException.class, () -> parse("--kafka-maximum", "fast"));
    assertThrows(IllegalArgumentException.class, () -> parse("--systems", "kafka-1.0"));
    assertThrows(IllegalArgumentException.class, () -> parse("--fast"));
  }
}
