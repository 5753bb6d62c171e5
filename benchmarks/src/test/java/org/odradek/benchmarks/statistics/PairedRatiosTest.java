package org.odradek.benchmarks.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PairedRatiosTest {
  @Test
  void ratiosAreThoseOfThePairsNotOfTheMedians() {
    // The machine was slow in the second round: medians alone would say 20 / 20.
    PairedRatios paired =
        PairedRatios.of(
            Set.of(1, 2, 3), Map.of(1, 40.0, 2, 4.0, 3, 20.0), Map.of(1, 20.0, 2, 2.0, 3, 40.0));
    assertEquals(Optional.of(new Spread(2, 0.5, 2, 3)), paired.ratios());
    assertEquals(0, paired.missing());
  }

  @Test
  void aPairWithoutOneSideIsMissingAndSaidToBe() {
    PairedRatios paired =
        PairedRatios.of(Set.of(1, 2, 3), Map.of(1, 3.0, 2, 5.0), Map.of(2, 2.0, 3, 1.0));
    assertEquals(Optional.of(new Spread(2.5, 2.5, 2.5, 1)), paired.ratios());
    assertEquals(2, paired.missing());
  }

  @Test
  void aPairOfWhichBothSidesFailedIsMissingToo() {
    PairedRatios paired =
        PairedRatios.of(Set.of(1, 2, 3), Map.of(1, 3.0, 2, 5.0), Map.of(1, 1.0, 2, 1.0));
    assertEquals(Optional.of(new Spread(4, 3, 5, 2)), paired.ratios());
    assertEquals(1, paired.missing());
  }

  @Test
  void thereIsNoRatioToNothing() {
    PairedRatios paired = PairedRatios.of(Set.of(1), Map.of(1, 3.0), Map.of(1, 0.0));
    assertEquals(Optional.empty(), paired.ratios());
    assertEquals(1, paired.missing());
  }
}
