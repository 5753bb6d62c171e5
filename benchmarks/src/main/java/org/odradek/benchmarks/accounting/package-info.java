/**
 * What the operating system and the JVM count of a server process: CPU, memory, bytes of disk,
 * allocation. Any thread may come in.
 */
@NullMarked
package org.odradek.benchmarks.accounting;

import org.jspecify.annotations.NullMarked;
