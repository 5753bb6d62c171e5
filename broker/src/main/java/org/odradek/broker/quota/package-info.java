/**
 * Rates that are measured and kept within limits.
 *
 * <p>Nothing here waits, starts a thread or reads the system's clock; any thread may come in.
 */
@NullMarked
package org.odradek.broker.quota;

import org.jspecify.annotations.NullMarked;
