package org.odradek.broker.producer;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.odradek.controller.znode.ProducerIdBlock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands out producer ids, each once. The next block is asked for when a tenth of the current one is
 * left, so that requests rarely wait; those that must, wait for it together.
 *
 * <p>Thread-safety: any thread, nothing blocks.
 */
public final class ProducerIds {
  private static final Logger log = LoggerFactory.getLogger(ProducerIds.class);
  private static final int PREFETCH_DIVISOR = 10;

  private final Supplier<CompletableFuture<ProducerIdBlock>> takeBlock;

  // guarded by this
  private final Queue<CompletableFuture<Long>> waiting = new ArrayDeque<>();
  private long next;
  private long last = -1;
  private long prefetchAt;
  private @Nullable ProducerIdBlock spare;
  private boolean isTaking;

  /** {@code takeBlock} takes another block for this broker. */
  public ProducerIds(Supplier<CompletableFuture<ProducerIdBlock>> takeBlock) {
    this.takeBlock = takeBlock;
  }

  /** Takes the first block, as a broker does when it starts. */
  public CompletableFuture<Void> start() {
    return take();
  }

  /** The next id; fails if no block could be taken. */
  public CompletableFuture<Long> next() {
    CompletableFuture<Long> id;
    boolean needsBlock;
    synchronized (this) {
      if (next > last && spare != null) {
        use(spare);
        spare = null;
      }
      if (next <= last) {
        id = CompletableFuture.completedFuture(next++);
        needsBlock = next > prefetchAt && spare == null && !isTaking;
      } else {
        id = new CompletableFuture<>();
        waiting.add(id);
        needsBlock = !isTaking;
      }
    }
    if (needsBlock) {
      take();
    }
    return id;
  }

  private synchronized void use(ProducerIdBlock block) {
    next = block.first();
    last = block.last();
    prefetchAt = last - block.size() / PREFETCH_DIVISOR;
  }

  private CompletableFuture<Void> take() {
    synchronized (this) {
      if (isTaking) {
        return CompletableFuture.completedFuture(null);
      }
      isTaking = true;
    }
    CompletableFuture<ProducerIdBlock> taken;
    try {
      taken = takeBlock.get();
    } catch (RuntimeException e) {
      taken = CompletableFuture.failedFuture(e);
    }
    return taken.handle((block, failure) -> {
      if (failure != null) {
        log.warn("no block of producer ids could be taken: {}", failure.toString());
        failWaiting(failure);
        throw new java.util.concurrent.CompletionException(failure);
      }
      arrived(block);
      return null;
    });
  }

  private void failWaiting(Throwable failure) {
    Queue<CompletableFuture<Long>> failed;
    synchronized (this) {
      isTaking = false;
      failed = new ArrayDeque<>(waiting);
      waiting.clear();
    }
    failed.forEach(id -> id.completeExceptionally(failure));
  }

  private void arrived(ProducerIdBlock block) {
    record Served(CompletableFuture<Long> waiter, long id) {}
    Queue<Served> served = new ArrayDeque<>();
    boolean needsMore;
    synchronized (this) {
      isTaking = false;
      if (next > last) {
        use(block);
      } else {
        spare = block;
      }
      while (!waiting.isEmpty() && next <= last) {
        served.add(new Served(waiting.remove(), next++));
      }
      needsMore = !waiting.isEmpty();
    }
    served.forEach(each -> each.waiter().complete(each.id()));
    if (needsMore) {
      take();
    }
  }
}
