/**
 * Starts real processes and talks to them as a user would: brokers, ZooKeeper servers, stock Kafka
 * tools.
 *
 * <p>Everything here is used by one test thread at a time; two tests may run side by side, each
 * with processes and folders of its own.
 */
@NullMarked
package org.odradek.systemtests.harness;

import org.jspecify.annotations.NullMarked;
