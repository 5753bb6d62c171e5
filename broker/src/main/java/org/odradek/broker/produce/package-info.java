/**
 * Producing records: the Produce API from the request to the acknowledgement.
 *
 * <p>Comes in on the event loop of the producer's connection and never waits; what waits for
 * replicas or for the disk is completed by whoever moves the high watermark or forces the log.
 */
@NullMarked
package org.odradek.broker.produce;

import org.jspecify.annotations.NullMarked;
