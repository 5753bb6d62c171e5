/**
 * What this broker knows about the cluster: brokers, topics, leaders. One immutable snapshot,
 * replaced as a whole by each UpdateMetadata of the controller.
 *
 * <p>Any thread reads the snapshot, without locks; one update at a time is applied.
 */
@NullMarked
package org.odradek.broker.metadata;

import org.jspecify.annotations.NullMarked;
