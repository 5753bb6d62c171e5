/**
 * The systems that are compared, each started on fresh directories. Used by the one thread that
 * measures.
 */
@NullMarked
package org.odradek.benchmarks.systems;

import org.jspecify.annotations.NullMarked;
