package org.odradek.protocol.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VersionRangeTest {
  private static final VersionRange WITHIN = new VersionRange(2, 9);

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "0+,   true,                        false",
        "2-9,  true,                        false",
        "none, false,                       true",
        "0-1,  false,                       true",
        "10+,  false,                       true",
        "3+,   version >= 3,                version < 3",
        "0-4,  version <= 4,                version > 4",
        "3-4,  version >= 3 && version <= 4, version < 3 || version > 4",
        "5,    version == 5,                version != 5",
      })
  void conditionsLeaveOutWhatIsKnown(String range, String condition, String negated) {
    assertEquals(condition, VersionRange.parse(range).condition(WITHIN));
    assertEquals(negated, VersionRange.parse(range).negatedCondition(WITHIN));
  }
}
