/**
 * The partitions that this broker has replicas of: who leads them, what is appended to them, who
 * waits for them, and the APIs about their offsets, logs and leadership.
 *
 * <p>Appending, reading and waiting come in on event loops and never wait. Leadership changes and
 * whatever searches files come in on workers.
 */
@NullMarked
package org.odradek.broker.partition;

import org.jspecify.annotations.NullMarked;
