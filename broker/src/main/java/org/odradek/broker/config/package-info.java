/**
 * Every configuration key of Kafka in ZooKeeper mode, the values that this broker runs with, how
 * they change while it runs, and the handlers that describe and alter them.
 *
 * <p>The keys live in the resources {@code *.keys} beside this package, one file a subject, each
 * key with its type, default, limits and documentation; {@link org.odradek.broker.config.KeyTable}
 * reads them. Code asks by the typed constants of {@link org.odradek.broker.config.NetworkKeys} and
 * its neighbours.
 *
 * <p>Values are immutable and may be read from any thread. Changes while running come in on one
 * thread, the owner of {@link org.odradek.broker.config.DynamicConfigs}.
 */
@NullMarked
package org.odradek.broker.config;

import org.jspecify.annotations.NullMarked;
