/**
 * Partition logs in Kafka's own files: append, read, index, flush, recover, retain.
 *
 * <p>Threads: {@link org.odradek.storage.PartitionLog#appendAsLeader} and {@link
 * org.odradek.storage.PartitionLog#read} of resident ranges may run on an event loop. Whatever else
 * is said to wait for the disk belongs on a worker. Nothing here starts a thread or reads the
 * system clock: both are handed in with {@link org.odradek.storage.StorageRuntime}.
 */
@NullMarked
package org.odradek.storage;

import org.jspecify.annotations.NullMarked;
