/**
 * The indexes of a segment in Kafka's formats: offsets, times, aborted transactions. The newest
 * entries are in memory and reach the file with the next spill, so that appending one is no file
 * system call; after a crash they are built again from the segment.
 *
 * <p>Threads: one writer at a time (the log's append lock), any number of readers, and a spill on a
 * background thread.
 */
@NullMarked
package org.odradek.storage.index;

import org.jspecify.annotations.NullMarked;
