/**
 * What is measured: one file for each subject declares its workloads, and one for each procedure
 * says how it is measured. Used by the one thread that measures.
 */
@NullMarked
package org.odradek.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
