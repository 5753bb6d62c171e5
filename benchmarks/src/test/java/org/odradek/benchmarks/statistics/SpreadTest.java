package org.odradek.benchmarks.statistics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void theMedianIsTheMiddleValueInWhateverOrder() {
    assertEquals(new Spread(3, 1, 100, 3), Spread.of(List.of(100.0, 1.0, 3.0)));
  }

  @Test
  void theMedianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
    assertEquals(new Spread(2.5, 1, 9, 4), Spread.of(List.of(9.0, 2.0, 3.0, 1.0)));
  }

  @Test
  void oneValueIsItsOwnRange() {
    assertEquals(new Spread(7, 7, 7, 1), Spread.of(List.of(7.0)));
  }

  @Test
  void nothingAndWhatIsNoNumberHaveNoMedian() {
    assertThrows(IllegalArgumentException.class, () -> Spread.of(List.of()));
    assertThrows(IllegalArgumentException.class, () -> Spread.of(List.of(1.0, Double.NaN)));
  }
}
