/**
 * The front door: listeners, connections, frames, the order of responses, and the memory that
 * requests may take.
 *
 * <p>Everything about one connection happens on its event loop; what is shared between connections
 * (limits, request memory, the worker pool) says so and is thread-safe.
 */
@NullMarked
package org.odradek.broker.network;

import org.jspecify.annotations.NullMarked;
