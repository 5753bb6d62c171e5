/**
 * Record batches: the v2 layout and the message formats 0 and 1 before it, reading and building
 * them, converting between them, and the validation of what producers send.
 *
 * <p>Everything here works on bytes handed in, on any thread; instances are confined to one thread
 * unless they say otherwise.
 */
@NullMarked
package org.odradek.protocol.record;

import org.jspecify.annotations.NullMarked;
