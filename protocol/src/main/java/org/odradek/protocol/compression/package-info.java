/**
 * The codecs of record batches: gzip, snappy, lz4 and zstd, in the framings that Kafka clients
 * write and read, with decompression bounded by what the caller allows.
 *
 * <p>No class here keeps state between calls but the recycled native contexts, which are
 * thread-safe; any thread may come in.
 */
@NullMarked
package org.odradek.protocol.compression;

import org.jspecify.annotations.NullMarked;
