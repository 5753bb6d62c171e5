package org.odradek.broker.metadata;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Holds the current {@link MetadataSnapshot}.
 *
 * <p>Thread-safety: all methods from any thread. Updates are applied one after the other; listeners
 * and waiters are called on the updating thread, after the new snapshot is in place, and must not
 * block.
 */
public final class ClusterMetadata {

  /** Called with the snapshots before and after an update. */
  @FunctionalInterface
  public interface ChangeListener {
    void onChange(MetadataSnapshot before, MetadataSnapshot after);
  }

  private record Waiter(
      Predicate<MetadataSnapshot> condition, CompletableFuture<MetadataSnapshot> future) {}

  private volatile MetadataSnapshot current = MetadataSnapshot.EMPTY;
  private final List<ChangeListener> listeners = new CopyOnWriteArrayList<>();
  private final List<Waiter> waiters = new CopyOnWriteArrayList<>();

  public MetadataSnapshot current() {
    return current;
  }

  /** From now on the listener hears of every update. */
  public void addListener(ChangeListener listener) {
    listeners.add(listener);
  }

  /** Replaces the snapshot by what {@code change} makes of it. */
  public synchronized MetadataSnapshot update(UnaryOperator<MetadataSnapshot> change) {
    MetadataSnapshot before = current;
    MetadataSnapshot after = change.apply(before);
    current = after;
    for (ChangeListener listener : listeners) {
      listener.onChange(before, after);
    }
    for (Waiter waiter : waiters) {
      if (waiter.future.isDone()) {
        waiters.remove(waiter);
      } else if (waiter.condition.test(after)) {
        waiters.remove(waiter);
        waiter.future.complete(after);
      }
    }
    return after;
  }

  /**
   * Completes with the first snapshot that meets the condition, at once when the current one does.
   * A caller that gives up completes or cancels the future itself ({@code
   * CompletableFuture.orTimeout}); it is then forgotten.
   */
  public CompletableFuture<MetadataSnapshot> await(Predicate<MetadataSnapshot> condition) {
    MetadataSnapshot now = current;
    if (condition.test(now)) {
      return CompletableFuture.completedFuture(now);
    }
    CompletableFuture<MetadataSnapshot> future = new CompletableFuture<>();
    Waiter waiter = new Waiter(condition, future);
    synchronized (this) {
      if (condition.test(current)) {
        return CompletableFuture.completedFuture(current);
      }
      waiters.add(waiter);
    }
    future.whenComplete((snapshot, failure) -> waiters.remove(waiter));
    return future;
  }
}
