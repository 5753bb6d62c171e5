package org.odradek.broker.network;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoginMemoryTest {
  private static final int SHARE_BYTES = 100_000;

  private final LoginMemory memory = new LoginMemory(2 * SHARE_BYTES);
  private final List<String> gone = new ArrayList<>();

  private LoginMemory.Share open(String name) {
    return memory.open(() -> gone.add(name));
  }

  @Test
  void theOldestGoAndOnlyWhatHasArrivedCounts() {
    LoginMemory.Share first = open("first");
    LoginMemory.Share second = open("second");
    LoginMemory.Share third = open("third");
    assertEquals(0, memory.takenBytes());
    first.grow(SHARE_BYTES / 2);
    second.grow(SHARE_BYTES);
    first.grow(SHARE_BYTES);
    assertEquals(2 * SHARE_BYTES, memory.takenBytes());
    assertEquals(List.of(), gone);
    third.grow(LoginMemory.UNCOUNTED_BYTES + 1);
    assertEquals(List.of("first"), gone);
    third.grow(SHARE_BYTES);
    assertEquals(List.of("first"), gone);
    first.grow(2 * SHARE_BYTES); // it is on its way out
    first.release();
    assertEquals(2 * SHARE_BYTES, memory.takenBytes());
    second.release();
    third.release();
    assertEquals(0, memory.takenBytes());
  }

  @Test
  void smallOnesAreNotCounted() {
    for (int i = 0; i < 100; i++) {
      open("small").grow(LoginMemory.UNCOUNTED_BYTES);
    }
    assertEquals(0, memory.takenBytes());
    assertEquals(List.of(), gone);
  }

  @Test
  void theOnlyOneMayBeLargerThanAllThereIs() {
    LoginMemory.Share large = open("large");
    large.grow(5 * SHARE_BYTES);
    assertEquals(List.of(), gone);
    open("next").grow(SHARE_BYTES);
    assertEquals(List.of("large"), gone);
    assertEquals(SHARE_BYTES, memory.takenBytes());
  }
}
