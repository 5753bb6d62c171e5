/**
 * The messages of the protocol, one class for all versions of each, written at build time from the
 * schemas in {@code src/main/schemas}.
 *
 * <p>Messages are mutable, and confined to one thread at a time: even reading one may make a struct
 * that was not set. What is read keeps slices of the frame ({@code bytes} and {@code records}
 * fields), which are valid as long as the frame is.
 */
@NullMarked
package org.odradek.protocol.message;

import org.jspecify.annotations.NullMarked;
