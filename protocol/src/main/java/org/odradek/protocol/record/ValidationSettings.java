package org.odradek.protocol.record;

import org.jspecify.annotations.Nullable;
import org.odradek.protocol.compression.Compression;

/**
 * The settings of a topic that decide what producers may append.
 *
 * @param timestampType {@code message.timestamp.type}
 * @param timestampBeforeMaxMs how far a record's time may lie before the broker's
 * @param timestampAfterMaxMs how far a record's time may lie after the broker's
 * @param maxMessageBytes {@code max.message.bytes}: the largest batch, as it arrives and as it is
 *     stored
 * @param compression how batches are stored; null for {@code producer}, which leaves them as sent
 * @param compacted whether every record needs a key
 * @param maxDecompressedBytes how far one compressed batch may expand
 */
public record ValidationSettings(
    TimestampType timestampType,
    long timestampBeforeMaxMs,
    long timestampAfterMaxMs,
    int maxMessageBytes,
    @Nullable Compression compression,
    boolean compacted,
    int maxDecompressedBytes) {}
