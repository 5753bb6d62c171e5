package org.odradek.broker.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HandshakeTurnsTest {
  private final HandshakeTurns turns = new HandshakeTurns();
  private final List<String> done = new ArrayList<>();

  private HandshakeTurns.Turn begins(String network, String name) {
    return turns.add(network, false, () -> done.add(name));
  }

  private HandshakeTurns.Turn goesOn(String network, String name) {
    return turns.add(network, true, () -> done.add(name));
  }

  /** Up to so many. */
  private List<String> take(int count) {
    done.clear();
    for (int i = 0; i < count; i++) {
      Runnable next = turns.next();
      if (next == null) {
        break;
      }
      next.run();
    }
    return List.copyOf(done);
  }

  @Test
  void nobodyWaits() {
    assertNull(turns.next());
    assertEquals(0, turns.count());
  }

  @Test
  void theNewestAndTheOldestOfANetworkBegin() {
    for (String name : List.of("1", "2", "3", "4", "5")) {
      begins("crowd", name);
    }
    assertEquals(List.of("5", "1", "4", "2", "3"), take(10));
    assertEquals(0, turns.count());
  }

  @Test
  void whoGoesOnHasEveryOtherTurnInTheOrderInWhichTheyCame() {
    for (String name : List.of("1", "2", "3")) {
      begins("crowd", name);
      goesOn("crowd", "on" + name);
    }
    assertEquals(List.of("on1", "3", "on2", "1", "on3", "2"), take(10));
  }

  @Test
  void aCrowdFromOneNetworkKeepsNobodyElseWaiting() {
    for (int i = 0; i < 2_000; i++) {
      begins("crowd", "crowd");
    }
    take(10);
    begins("honest", "honest");
    assertTrue(take(2).contains("honest"));
    goesOn("honest", "again");
    assertTrue(take(2).contains("again"));
  }

  @Test
  void theNewestNetworkComesBeforeThoseThatWaitAndTheseAreNotForgotten() {
    for (int i = 0; i < 6; i++) {
      begins("network" + i, "of " + i);
    }
    assertEquals(List.of("of 5", "of 0", "of 4", "of 1", "of 3", "of 2"), take(10));
  }

  @Test
  void newNetworksWithoutEndDoNotPassOverTheOthers() {
    for (int i = 0; i < 10; i++) {
      begins("network" + i, "of " + i);
    }
    List<String> order = new ArrayList<>();
    for (int i = 10; i < 40; i++) {
      begins("network" + i, "of " + i);
      order.addAll(take(1));
    }
    for (int i = 0; i < 10; i++) {
      int turn = order.indexOf("of " + i);
      assertTrue(turn >= 0 && turn <= 20, i + " had turn " + turn);
    }
  }

  @Test
  void aNetworkThatHadATurnIsNoNewcomer() {
    begins("crowd", "c1");
    begins("crowd", "c2");
    begins("crowd", "c3");
    assertEquals(List.of("c3"), take(1));
    begins("honest", "h");
    begins("crowd", "c4");
    assertEquals(List.of("c1", "h"), take(2));
  }

  @Test
  void whoIsTakenBackLeavesNothing() {
    HandshakeTurns.Turn first = begins("crowd", "1");
    HandshakeTurns.Turn second = goesOn("crowd", "2");
    begins("honest", "h");
    turns.remove(first);
    turns.remove(first);
    assertEquals(2, turns.count());
    turns.remove(second);
    assertEquals(List.of("h"), take(10));
    assertEquals(0, turns.count());
  }

  @Test
  void takingBackWhatHadItsTurnTakesNothingElse() {
    HandshakeTurns.Turn turn = begins("crowd", "1");
    assertEquals(List.of("1"), take(1));
    begins("crowd", "2");
    turns.remove(turn);
    assertEquals(1, turns.count());
    assertEquals(List.of("2"), take(1));
  }

  /** Every one that waits gets its turn once, and within the bound that is promised. */
  @Test
  void nobodyIsLostOrPassedOverForLong() {
    Random random = new Random(20_261_122);
    int networks = 5;
    Map<String, Integer> waited = new HashMap<>();
    List<String> given = new ArrayList<>();
    Map<String, HandshakeTurns.Turn> open = new HashMap<>();
    for (int i = 0; i < 20_000; i++) {
      String network = "n" + random.nextInt(networks);
      String name = network + "/" + i;
      if (random.nextInt(100) < 45) {
        boolean goesOn = random.nextBoolean();
        open.put(name, turns.add(network, goesOn, () -> given.add(name)));
      } else if (!open.isEmpty() && random.nextInt(10) == 0) {
        Map.Entry<String, HandshakeTurns.Turn> gone = open.entrySet().iterator().next();
        turns.remove(gone.getValue());
        open.remove(gone.getKey());
      } else {
        Runnable next = turns.next();
        if (next != null) {
          next.run();
          String got = given.getLast();
          assertTrue(open.remove(got) != null, got + " twice, or after it was taken back");
          waited.remove(networkOf(got));
          open.keySet().stream()
              .map(HandshakeTurnsTest::networkOf)
              .distinct()
              .filter(each -> !each.equals(networkOf(got)))
              .forEach(each -> waited.merge(each, 1, Integer::sum));
          waited
              .keySet()
              .retainAll(open.keySet().stream().map(HandshakeTurnsTest::networkOf).toList());
          waited.forEach((each, count) -> assertTrue(count <= 2 * networks, each + ": " + count));
        }
      }
      assertEquals(open.size(), turns.count());
    }
    assertTrue(given.size() > 5_000, given.size() + " turns only");
  }

  private static String networkOf(String name) {
    return name.substring(0, name.indexOf('/'));
  }
}
