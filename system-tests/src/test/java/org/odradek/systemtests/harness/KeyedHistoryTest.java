package org.odradek.systemtests.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.odradek.systemtests.harness.KeyedHistory.Read;

/** The fault tests are worth what their checker finds: here it is given what must not be. */
class KeyedHistoryTest {
  private final KeyedHistory history = new KeyedHistory();

  @BeforeEach
  void threeOfOneKeyAndOneOfAnother() {
    for (int number = 0; number < 3; number++) {
      assertEquals(number, history.next("a"));
      history.acknowledged("a", number);
    }
    history.next("b");
  }

  @Test
  void acceptsWhatWasAcknowledgedWithOrWithoutWhatWasOnlySent() {
    assertEquals(List.of(), history.violations(List.of(a(0), a(1), a(2))));
    assertEquals(List.of(), history.violations(List.of(a(0), a(1), new Read(0, 7, "b", 0), a(2))));
  }

  @Test
  void findsWhatIsLost() {
    finds("acknowledged and lost: of key a the records {1}", a(0), a(2));
    finds("acknowledged and lost: of key a the records {2}", a(0), a(1));
    finds("acknowledged and lost: of key a the records {0, 1, 2}");
  }

  @Test
  void findsWhatIsThereTwice() {
    finds("there twice: " + a(2), a(0), a(1), a(2), a(2));
    // also when the other one is in another partition
    Read elsewhere = new Read(1, 0, "a", 2);
    finds("there twice: " + elsewhere, a(0), a(1), a(2), elsewhere);
  }

  @Test
  void findsWhatIsOutOfOrder() {
    finds("out of order: " + a(1) + " after " + a(2), a(0), a(2), a(1));
  }

  @Test
  void findsWhatWasNeverSent() {
    finds("never sent: " + a(3), a(0), a(1), a(2), a(3));
    Read other = new Read(0, 3, "c", 0);
    finds("never sent: " + other, a(0), a(1), a(2), other);
  }

  @Test
  void lettingPartitionsBeAddedOrderIsThatOfAPartition() {
    assertEquals(List.of(), history.violations(List.of(new Read(1, 0, "a", 2), a(0), a(1))));
  }

  private void finds(String violation, Read... read) {
    assertEquals(List.of(violation), history.violations(List.of(read)));
    AssertionError error = assertThrows(AssertionError.class, () -> history.check(List.of(read)));
    assertTrue(String.valueOf(error.getMessage()).contains(violation));
  }

  private static Read a(int number) {
    return new Read(0, number, "a", number);
  }
}
