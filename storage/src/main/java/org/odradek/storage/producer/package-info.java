/**
 * What a log remembers of the producers that wrote to it (KIP-98): the last sequences of each, to
 * refuse gaps and recognise duplicates, and open and aborted transactions.
 *
 * <p>Threads: confined to the log's append lock, unless a class says otherwise.
 */
@NullMarked
package org.odradek.storage.producer;

import org.jspecify.annotations.NullMarked;
