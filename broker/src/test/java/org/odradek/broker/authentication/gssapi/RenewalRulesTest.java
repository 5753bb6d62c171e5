package org.odradek.broker.authentication.gssapi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RenewalRulesTest {
  private final RenewalRules rules = new RenewalRules(0.8, 0.05, 60_000);

  /** Tickets from 0 on, in seconds. */
  @ParameterizedTest
  @CsvSource({
    "0, 1000, 0.0, 800",
    "0, 1000, 1.0, 850",
    // begun before it was looked at
    "300, 1000, 0.0, 500",
    // the window is over, or soon: not at once
    "790, 1000, 0.0, 60",
    "900, 1000, 0.0, 60",
    // but before it expires
    "950, 1000, 0.0, 1",
    "0, 50, 0.0, 40",
    "2000, 1000, 0.0, 1",
  })
  void whenTheNextOneIsAskedFor(long nowS, long endS, double random, long expectedS) {
    assertEquals(expectedS * 1_000, rules.nextInMs(nowS * 1_000, 0, endS * 1_000, random));
  }

  @ParameterizedTest
  @CsvSource({"0.5, 0.4", "1.0, 0.5", "0.9, 0.9"})
  void neverAfterItsEnd(double window, double jitter) {
    long nextMs = new RenewalRules(window, jitter, 0).nextInMs(0, 0, 100_000, 1.0);
    assertEquals(Math.round(100_000 * Math.min(1, window + jitter)), nextMs);
  }
}
