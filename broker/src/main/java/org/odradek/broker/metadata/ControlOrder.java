package org.odradek.broker.metadata;

import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Brings all control requests into one order, those of this process's controller and those that
 * come over the wire: what an earlier controller said cannot overtake what its successor says
 * between the check of its epoch and its effect.
 *
 * <p>Thread-safety: any thread, nothing blocks; steps run on the given thread and may wait.
 */
public final class ControlOrder {
  private final Executor thread;
  private final ClusterMetadata metadata;
  private final Function<Set<String>, CompletableFuture<Void>> readTopicConfigs;

  /**
   * @param thread runs one task at a time, in order
   * @param readTopicConfigs takes note of the settings of topics; fails only when this broker stops
   */
  public ControlOrder(
      Executor thread,
      ClusterMetadata metadata,
      Function<Set<String>, CompletableFuture<Void>> readTopicConfigs) {
    this.thread = thread;
    this.metadata = metadata;
    this.readTopicConfigs = readTopicConfigs;
  }

  /** For what runs in one thread anyway, and has topic settings by other ways: at once. */
  public static ControlOrder inOneThread(ClusterMetadata metadata) {
    return new ControlOrder(
        Runnable::run, metadata, topics -> CompletableFuture.completedFuture(null));
  }

  /** The step takes its turn. */
  public <R> CompletableFuture<R> run(Supplier<R> step) {
    return CompletableFuture.supplyAsync(step, thread);
  }

  /**
   * The step takes its turn once the settings of those topics are known that are new here: their
   * logs are made with them, and no change will tell of them.
   */
  public <R> CompletableFuture<R> runKnowing(Collection<String> topics, Supplier<R> step) {
    Set<String> fresh = new HashSet<>(topics);
    MetadataSnapshot known = metadata.current();
    fresh.removeIf(topic -> known.topic(topic) != null);
    return fresh.isEmpty()
        ? run(step)
        : readTopicConfigs.apply(fresh).thenApplyAsync(done -> step.get(), thread);
  }
}
