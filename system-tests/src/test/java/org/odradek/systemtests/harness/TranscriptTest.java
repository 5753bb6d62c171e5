package org.odradek.systemtests.harness;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The comparison itself: a system test is worth what this is. */
class TranscriptTest {
  private static final Map<String, String> VARIABLES = Map.of("BOOTSTRAP", "127.0.0.1:9092");

  @Test
  void readsCommandsWithWhatTheyPrint() {
    Transcript transcript =
        Transcript.parse(
            "t",
            """
            # a note
            $ first --option
            [exit 1, any order, within 20 s]

            a
            b
            -- stderr
            oh

            $ second
            [exit 0]
            """);
    assertEquals(2, transcript.steps().size());
    Transcript.Step first = transcript.steps().getFirst();
    assertEquals("first --option", first.command());
    assertEquals(List.of("# a note"), first.notes());
    assertEquals(1, first.exitStatus());
    assertTrue(first.anyOrder());
    assertEquals(Duration.ofSeconds(20), first.within());
    assertEquals(List.of("", "a", "b"), first.output());
    assertEquals(List.of("oh"), first.errors());
    Transcript.Step second = transcript.steps().getLast();
    assertEquals(0, second.exitStatus());
    assertEquals(List.of(), second.output());
    assertThrows(IllegalArgumentException.class, () -> Transcript.parse("t", "$ c\nno status\n"));
    assertThrows(IllegalArgumentException.class, () -> Transcript.parse("t", "stray\n"));
  }

  @Test
  void placesTakeWhatDiffersAndNothingElse() {
    assertTrue(
        matches("TopicId: <id>\tLeader: <number>", "TopicId: BuUVAvp7Qju4CCMrlBuLCg\tLeader: 0"));
    assertFalse(matches("TopicId: <id>", "TopicId: BuUVAvp7Qju4CCMrlBuL"));
    assertTrue(matches("[<time>] WARN", "[2026-11-22 04:10:35,811] WARN"));
    assertTrue(matches("$BOOTSTRAP (0)", "127.0.0.1:9092 (0)"));
    assertFalse(matches("$BOOTSTRAP (0)", "127.0.0.2:9092 (0)"));
    assertFalse(matches("a.c", "abc"));
    assertTrue(matches("Configs:", "Configs: "));
    assertFalse(matches("Configs:", "Configs: x"));
  }

  @Test
  void whatAClusterDecidesIsHeldAgainstItself() {
    String line = "Leader: <leader>\tReplicas: <replicas:3>\tIsr: <isr>";
    assertTrue(matches(line, "Leader: 2\tReplicas: 1,2,0\tIsr: 0,1,2"));
    assertFalse(matches(line, "Leader: none\tReplicas: 1,2,0\tIsr: 0,1,2"));
    assertFalse(matches(line, "Leader: 3\tReplicas: 1,2,0\tIsr: 0,1,2"));
    assertFalse(matches(line, "Leader: 1\tReplicas: 1,2,0\tIsr: 1,2"));
    assertFalse(matches(line, "Leader: 1\tReplicas: 1,2,0\tIsr: 1,2,2"));
    assertFalse(matches(line, "Leader: 1\tReplicas: 1,2,2\tIsr: 1,2,2"));
    assertFalse(matches(line, "Leader: 1\tReplicas: 1,2\tIsr: 1,2"));
    String preferred = "Leader: <preferred>\tReplicas: <replicas:2>\tIsr: <isr-without:0>";
    assertTrue(matches(preferred, "Leader: 11\tReplicas: 11,0\tIsr: 11"));
    assertFalse(matches(preferred, "Leader: 1\tReplicas: 11,0\tIsr: 11"));
    assertFalse(matches(preferred, "Leader: 11\tReplicas: 11,0\tIsr: 0,11"));
    assertTrue(matches("Leader: <leader> Isr: <isr:1,2>", "Leader: 2 Isr: 2,1"));
    assertFalse(matches("Leader: <leader> Isr: <isr:1,2>", "Leader: 2 Isr: 2,1,3"));
    assertFalse(matches("Leader: <leader> Isr: <isr:1,2>", "Leader: 2 Isr: 2"));
  }

  @Test
  void linesAreHeldAgainstEachOther() {
    List<String> ab = List.of("a", "b");
    assertTrue(LinePatterns.matches(ab, ab, false, VARIABLES));
    assertFalse(LinePatterns.matches(ab, List.of("b", "a"), false, VARIABLES));
    assertTrue(LinePatterns.matches(ab, List.of("b", "a"), true, VARIABLES));
    assertFalse(LinePatterns.matches(ab, List.of("a"), true, VARIABLES));
    assertFalse(LinePatterns.matches(ab, List.of("a", "b", "b"), true, VARIABLES));
    assertFalse(LinePatterns.matches(List.of(), List.of("a"), false, VARIABLES));
    assertTrue(
        LinePatterns.matches(List.of("a", "<...>", "z"), List.of("a", "z"), false, VARIABLES));
    assertTrue(
        LinePatterns.matches(
            List.of("a", "<...>", "z"), List.of("a", "b", "c", "z"), false, VARIABLES));
    assertFalse(
        LinePatterns.matches(List.of("a", "<...>", "z"), List.of("a", "b"), false, VARIABLES));
    assertTrue(LinePatterns.matches(List.of("b", "<...>"), List.of("a", "b"), true, VARIABLES));
    assertFalse(LinePatterns.matches(List.of("c", "<...>"), List.of("a", "b"), true, VARIABLES));
  }

  private static boolean matches(String expected, String actual) {
    return LinePatterns.matches(List.of(expected), List.of(actual), false, VARIABLES);
  }
}
