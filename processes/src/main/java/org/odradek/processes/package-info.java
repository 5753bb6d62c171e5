/**
 * Servers as processes of their own: starting, waiting for and ending them, free ports,
 * certificates. Used by the system tests and by the benchmarks; the broker has none of it. Each
 * object belongs to the thread that made it.
 */
@NullMarked
package org.odradek.processes;

import org.jspecify.annotations.NullMarked;
