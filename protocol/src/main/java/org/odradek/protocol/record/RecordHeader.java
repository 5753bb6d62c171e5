package org.odradek.protocol.record;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A header of a record (KIP-82).
 *
 * @param key UTF-8, as it lies in the record
 * @param value null is not the same as empty
 */
public record RecordHeader(ByteBuffer key, @Nullable ByteBuffer value) {}
