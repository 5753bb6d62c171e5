package org.odradek.benchmarks.workload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorkloadsTest {
  @Test
  void namesAreThereOnce() {
    List<String> names = Workloads.all().stream().map(Workload::name).toList();
    assertEquals(names.stream().distinct().toList(), names);
  }

  @Test
  void everySizeAndAcksIsProducedWithAndWithoutLinger() {
    assertEquals(24, Workloads.matching(List.of("produce-*-acks*")).size());
  }

  @Test
  void aStarStandsForAnythingAndNothingRunsTwice() {
    List<Workload> found = Workloads.matching(List.of("start", "sta*", "start"));
    assertEquals(List.of("start"), found.stream().map(Workload::name).toList());
  }

  @Test
  void aNameThatIsNotThereIsRefusedWithThoseThatAre() {
    var refused =
        assertThrows(
            IllegalArgumentException.class, () -> Workloads.matching(List.of("produce-7b")));
    assertTrue(refused.toString().contains("produce-100b-acks1"), refused.toString());
  }
}
