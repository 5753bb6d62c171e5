/**
 * The broker's numbers under the object names that Kafka gives them.
 *
 * <p>Whoever counts holds a {@link Meter}, from any thread; the others hand in a function that is
 * called on the threads of those who look. JMX is touched only when it is asked for, and never
 * while the broker starts.
 */
@NullMarked
package org.odradek.broker.metrics;

import org.jspecify.annotations.NullMarked;
