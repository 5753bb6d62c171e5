/**
 * Compares the generated messages with those of Kafka's own client library, in several releases at
 * once, each in a class loader of its own. The jars are put into {@code target/oracle} by the
 * build.
 */
@NullMarked
package org.odradek.protocol.oracle;

import org.jspecify.annotations.NullMarked;
