package org.odradek.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UuidTest {

  @Test
  void textIsUnpaddedBase64Url() {
    assertEquals("AAAAAAAAAAAAAAAAAAAAAA", Uuid.ZERO.toString());
    assertEquals("_____________________w", new Uuid(-1, -1).toString());
    assertEquals(new Uuid(1, 2), Uuid.parse(new Uuid(1, 2).toString()));
  }

  @Test
  void randomIdsComeBackAndDoNotBeginWithADash() {
    Random random = new Random(1);
    for (int i = 0; i < 1000; i++) {
      Uuid id = Uuid.random(random);
      assertFalse(id.toString().startsWith("-"), id.toString());
      assertEquals(id, Uuid.parse(id.toString()));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "AAAA", "AAAAAAAAAAAAAAAAAAAAA+", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"})
  void otherTextIsRefused(String text) {
    assertThrows(IllegalArgumentException.class, () -> Uuid.parse(text));
  }
}
