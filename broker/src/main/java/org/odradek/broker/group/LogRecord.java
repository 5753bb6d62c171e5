package org.odradek.broker.group;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Key and value of a record of {@code __consumer_offsets}; without value, a tombstone. */
record LogRecord(ByteBuffer key, @Nullable ByteBuffer value) {}
