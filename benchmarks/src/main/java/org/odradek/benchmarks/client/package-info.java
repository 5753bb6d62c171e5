/**
 * Programs that make load with Kafka's own client library, each in a JVM of its own. They print
 * their figures as {@code name=value} lines.
 */
@NullMarked
package org.odradek.benchmarks.client;

import org.jspecify.annotations.NullMarked;
