/**
 * Who a client is: SASL mechanisms of the server and of brokers as clients, the logins that JAAS
 * sections describe, and the course of a login on one connection.
 *
 * <p>A login belongs to its connection and moves on that connection's event loop only; mechanisms
 * and credentials are shared by all connections and thread-safe. What may wait has an executor of
 * its own; nothing else does.
 */
@NullMarked
package org.odradek.broker.authentication;

import org.jspecify.annotations.NullMarked;
