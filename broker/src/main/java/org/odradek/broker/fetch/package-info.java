/**
 * Fetching records: the Fetch API with its sessions, long polling, and answers to old clients.
 *
 * <p>Comes in on the event loop of the consumer's connection, and never waits there: what may not
 * be in memory is read on a bounded pool of readers.
 */
@NullMarked
package org.odradek.broker.fetch;

import org.jspecify.annotations.NullMarked;
