package org.odradek.broker.group;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.odradek.protocol.ErrorCode;
import org.odradek.protocol.record.RecordBatch;
import org.odradek.protocol.record.RecordBatchDescriptor;

/**
 * The offsets topic in memory. Appends are in the log at once and acknowledged at once, or when the
 * test says so, or refused.
 */
final class MemoryGroupLog implements GroupLog {
  private record Unacknowledged(CompletableFuture<Long> future, long baseOffset) {}

  private final Map<Integer, List<ByteBuffer>> batches = new HashMap<>();
  private final Map<Integer, Long> endOffsets = new HashMap<>();
  private final List<Unacknowledged> unacknowledged = new ArrayList<>();
  private boolean holding;
  private CompletableFuture<@Nullable Void> replicated = CompletableFuture.completedFuture(null);
  private @Nullable ErrorCode refusal;
  private @Nullable RuntimeException appendFault;
  private @Nullable Error readFault;

  @Override
  public CompletionStage<Long> append(
      int partition, int leaderEpoch, ByteBuffer batch, short requiredAcks, int timeoutMs) {
    if (appendFault != null) {
      throw appendFault;
    }
    if (refusal != null) {
      return CompletableFuture.failedFuture(new GroupLogException(refusal, "refused by the test"));
    }
    long baseOffset = endOffsets.getOrDefault(partition, 0L);
    RecordBatchDescriptor.baseOffset(batch, 0, baseOffset);
    RecordBatch view = RecordBatch.at(batch, 0);
    view.ensureValid();
    batches.computeIfAbsent(partition, id -> new ArrayList<>()).add(batch);
    endOffsets.put(partition, view.nextOffset());
    CompletableFuture<Long> future = new CompletableFuture<>();
    if (holding) {
      unacknowledged.add(new Unacknowledged(future, baseOffset));
    } else {
      future.complete(baseOffset);
    }
    return future;
  }

  @Override
  public void read(int partition, BatchSink sink) throws IOException {
    if (readFault != null) {
      throw readFault;
    }
    for (ByteBuffer batch : List.copyOf(batches.getOrDefault(partition, List.of()))) {
      if (!sink.accept(batch.duplicate())) {
        return;
      }
    }
  }

  @Override
  public CompletionStage<@Nullable Void> replicated(int partition, int timeoutMs) {
    return replicated;
  }

  /** What loads wait for, until a test completes it. */
  CompletableFuture<@Nullable Void> holdReplication() {
    replicated = new CompletableFuture<>();
    return replicated;
  }

  /** Adds a batch as another broker would have left it. */
  void preload(int partition, ByteBuffer batch) {
    boolean before = holding;
    holding = false;
    append(partition, 0, batch, (short) -1, 0);
    holding = before;
  }

  void hold(boolean on) {
    holding = on;
  }

  /** All further appends fail with this error; null ends it. */
  void refuse(@Nullable ErrorCode error) {
    refusal = error;
  }

  /** All further appends throw; null ends it. */
  void throwOnAppend(@Nullable RuntimeException fault) {
    appendFault = fault;
  }

  /** All further reads throw; null ends it. */
  void throwOnRead(@Nullable Error fault) {
    readFault = fault;
  }

  int unacknowledged() {
    return unacknowledged.size();
  }

  /** Acknowledges one held append, or fails it though it is in the log. */
  void finish(int index, @Nullable ErrorCode error) {
    Unacknowledged append = unacknowledged.remove(index);
    if (error == null) {
      append.future().complete(append.baseOffset());
    } else {
      append.future().completeExceptionally(new GroupLogException(error, "failed by the test"));
    }
  }

  void acknowledgeAll() {
    while (!unacknowledged.isEmpty()) {
      finish(0, null);
    }
  }

  List<GroupRecord> records(int partition) {
    List<GroupRecord> records = new ArrayList<>();
    for (ByteBuffer batch : batches.getOrDefault(partition, List.of())) {
      RecordBatch.at(batch, 0)
          .records(1 << 20)
          .forEach(record ->
              records.add(
                  GroupRecordCodec.read(Objects.requireNonNull(record.key()), record.value())));
    }
    return records;
  }
}
