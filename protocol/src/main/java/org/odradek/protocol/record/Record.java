package org.odradek.protocol.record;

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One record, read out of a batch of any magic. Key, value and headers are slices of what was read
 * and share its bytes; they are valid as long as those are.
 *
 * @param timestampMs milliseconds since the epoch, or {@link RecordBatchDescriptor#NO_TIMESTAMP}
 * @param headers empty before magic 2
 */
public record Record(
    long offset,
    long timestampMs,
    @Nullable ByteBuffer key,
    @Nullable ByteBuffer value,
    List<RecordHeader> headers) {}
