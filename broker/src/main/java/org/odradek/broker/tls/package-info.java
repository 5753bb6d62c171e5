/**
 * TLS: key and trust stores in all forms that Kafka reads, the engines made from them, what is put
 * into connections, who a certificate stands for, and how stores are replaced while running.
 *
 * <p>Stores are read on threads that may wait for disks; what has been read is immutable, and the
 * engines of new connections are made from it on their event loops.
 */
@NullMarked
package org.odradek.broker.tls;

import org.jspecify.annotations.NullMarked;
