/** Medians, ranges and ratios of pairs. Values only: any thread may come in. */
@NullMarked
package org.odradek.benchmarks.statistics;

import org.jspecify.annotations.NullMarked;
