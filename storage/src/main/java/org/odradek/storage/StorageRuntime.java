package org.odradek.storage;

import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * What the storage is handed instead of starting threads and reading clocks.
 *
 * @param clockMs milliseconds since the epoch
 * @param scheduler triggers the periodic work; each task is short and hands waiting work to {@code
 *     background}
 * @param background runs what may wait for the disk: reserving blocks, forcing, sealing, deleting.
 *     At least two threads, and a queue that does not refuse: tasks are bounded by the number of
 *     partitions, since each of them has at most one of each kind queued
 */
public record StorageRuntime(
    LongSupplier clockMs, ScheduledExecutorService scheduler, Executor background) {}
