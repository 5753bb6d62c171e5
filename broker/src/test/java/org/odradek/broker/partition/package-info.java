/** Tests of partitions and their APIs, with logs in a temporary directory and a manual clock. */
@NullMarked
package org.odradek.broker.partition;

import org.jspecify.annotations.NullMarked;
