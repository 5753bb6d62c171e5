/** The command that compares: order of the runs, table, JSON, plots. One thread. */
@NullMarked
package org.odradek.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
