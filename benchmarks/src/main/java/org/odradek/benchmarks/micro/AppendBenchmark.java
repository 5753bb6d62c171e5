package org.odradek.benchmarks.micro;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.MessageReader;
import org.odradek.protocol.compression.CompressionType;
import org.odradek.storage.AppendOrigin;
import org.odradek.storage.AppendResult;
import org.odradek.storage.PartitionLog;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Appending a batch on the caller's thread, under the log's lock, against handing it to a thread
 * that owns the partition. With an owner the caller does not wait for each batch: it keeps some in
 * flight, as an event loop with many requests would.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Threads(2)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class AppendBenchmark {
  private static final int THREADS = 2;
  private static final int IN_FLIGHT = 64;

  /** The logs, and an owner for each of them. */
  @State(Scope.Benchmark)
  public static class Logs {
    @Param({"1", "100"})
    int recordsPerBatch;

    /** Whether the threads append to one partition, or each to its own. */
    @Param({"one", "own"})
    String partition = "one";

    private @Nullable MeasuredLogs logs;
    private final List<ExecutorService> owners = new ArrayList<>();
    private int nextCaller;

    @Setup
    public void open() {
      logs = new MeasuredLogs(THREADS);
      for (int i = 0; i < THREADS; i++) {
        owners.add(Executors.newSingleThreadExecutor());
      }
    }

    @TearDown(Level.Iteration)
    public void empty() {
      if (logs != null) {
        logs.empty();
      }
    }

    @TearDown
    public void close() {
      owners.forEach(ExecutorService::shutdown);
      if (logs != null) {
        logs.close();
      }
    }

    synchronized int partitionOfNextCaller() {
      return partition.equals("one") ? 0 : nextCaller++ % THREADS;
    }
  }

  /** One of the threads that append. */
  @State(Scope.Thread)
  public static class Caller {
    private @Nullable PartitionLog log;
    private @Nullable ExecutorService owner;
    private ByteBuffer batch = MessageReader.EMPTY_BYTES;
    private final ArrayDeque<CompletableFuture<AppendResult>> inFlight = new ArrayDeque<>();

    @Setup
    public void choose(Logs logs) {
      int partition = logs.partitionOfNextCaller();
      if (logs.logs != null) {
        log = logs.logs.log(partition);
      }
      owner = logs.owners.get(partition);
      batch = Batches.batch(logs.recordsPerBatch, CompressionType.NONE); // offsets are set in it
    }

    /** Nothing is appended any more when the logs are emptied. */
    @TearDown(Level.Iteration)
    public void drain() {
      inFlight.forEach(CompletableFuture::join);
      inFlight.clear();
    }

    AppendResult append() {
      if (log == null) {
        throw new IllegalStateException("not set up");
      }
      return log.appendAsLeader(batch, 0, AppendOrigin.CLIENT);
    }

    CompletableFuture<AppendResult> handOver() {
      if (owner == null) {
        throw new IllegalStateException("not set up");
      }
      return CompletableFuture.supplyAsync(this::append, owner);
    }
  }

  @Benchmark
  public AppendResult underLock(Caller caller) {
    return caller.append();
  }

  @Benchmark
  public @Nullable AppendResult byOwner(Caller caller) {
    caller.inFlight.add(caller.handOver());
    return caller.inFlight.size() < IN_FLIGHT ? null : caller.inFlight.remove().join();
  }
}
