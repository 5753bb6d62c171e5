package org.odradek.benchmarks.workload;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All workloads, in the order in which they run. */
public final class Workloads {
  private Workloads() {}

  public static List<Workload> all() {
    return Stream.of(
            ProduceWorkloads.all(),
            SmallBatchWorkloads.all(),
            ConsumeWorkloads.all(),
            EndToEndWorkloads.all(),
            ReplicatedWorkloads.all(),
            TlsWorkloads.all(),
            CodecWorkloads.all(),
            FlushWorkloads.all(),
            BacklogWorkloads.all(),
            ManyPartitionsWorkloads.all(),
            StartWorkloads.all(),
            MemoryWorkloads.all())
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Those that are asked for.
   *
   * @param patterns names, with {@code *} for anything
   * @throws IllegalArgumentException for a pattern that finds nothing, naming all that there are
   */
  public static List<Workload> matching(List<String> patterns) {
    var found = new ArrayList<Workload>();
    for (String pattern : patterns) {
      Pattern regex =
          Pattern.compile(
              Stream.of(pattern.split("\\*", -1))
                  .map(Pattern::quote)
                  .collect(Collectors.joining(".*")));
      List<Workload> these = all().stream().filter(w -> regex.matcher(w.name()).matches()).toList();
      if (these.isEmpty()) {
        throw new IllegalArgumentException(
            "no workload "
                + pattern
                + "; there are "
                + all().stream().map(Workload::name).collect(Collectors.joining(", ")));
      }
      these.stream().filter(w -> !found.contains(w)).forEach(found::add);
    }
    return found;
  }
}
