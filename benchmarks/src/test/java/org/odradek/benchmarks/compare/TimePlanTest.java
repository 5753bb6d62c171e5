package org.odradek.benchmarks.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.odradek.benchmarks.workload.Workload;
import org.odradek.benchmarks.workload.Workloads;

class TimePlanTest {
  private static final List<Workload> PRODUCE =
      Workloads.matching(List.of("produce-100b-acks1", "produce-1k-acksall"));

  private static Options options(String... words) {
    return Options.parse(Arrays.asList(words), Path.of("/output"), Path.of("/work"));
  }

  @Test
  void everyWorkloadHasAnEstimateThatShrinksWithTheScale() {
    for (Workload workload : Workloads.all()) {
      double full = TimePlan.seconds(workload, options());
      double small = TimePlan.seconds(workload, options("--scale", "0.1"));
      assertTrue(small > 0 && small <= full, workload.name() + ": " + small + ", " + full);
    }
  }

  @Test
  void theLargestScaleThatFitsIsChosen() {
    Options fitting = TimePlan.fitting(PRODUCE, options("--minutes", "20"));
    assertTrue(TimePlan.seconds(PRODUCE, fitting) <= 20 * 60, fitting.toString());
    assertTrue(fitting.scale().share() < 1, fitting.toString());
    assertEquals(1, TimePlan.fitting(PRODUCE, options("--minutes", "600")).scale().share());
    assertEquals(0.3, TimePlan.fitting(PRODUCE, options("--scale", "0.3")).scale().share());
  }

  @Test
  void whatFitsAtNoScaleIsRefusedBeforeAnythingIsMeasured() {
    Options options = options("--minutes", "1");
    assertThrows(IllegalArgumentException.class, () -> TimePlan.fitting(PRODUCE, options));
  }

  @Test
  void withoutRatesThereIsNoSearchForTheMaximumEither() {
    double without = TimePlan.seconds(PRODUCE, options("--no-rates"));
    assertTrue(without < TimePlan.seconds(PRODUCE, options()) / 2, "" + without);
  }

  @Test
  void whatTookLongerThanEstimatedMakesLaterEstimatesLonger() {
    var nanos = new AtomicLong();
    var plan = new TimePlan(options("--minutes", "10"), nanos::get);
    assertTrue(plan.hasTimeFor(600));
    assertFalse(plan.hasTimeFor(601));
    nanos.set(200_000_000_000L);
    plan.took(100, 200);
    assertTrue(plan.hasTimeFor(200));
    assertFalse(plan.hasTimeFor(201));
  }

  @Test
  void withoutALimitThereIsAlwaysTime() {
    assertTrue(new TimePlan(options(), () -> 0).hasTimeFor(1e9));
  }
}
