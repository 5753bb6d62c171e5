/**
 * The wire: message schemas and their generated classes, error codes, record batches, compression.
 * Bytes in, objects out, and back; no I/O, no threads. Any thread may use any class, instances are
 * confined to one thread unless they say otherwise.
 */
@NullMarked
package org.odradek.protocol;

import org.jspecify.annotations.NullMarked;
