/**
 * GSSAPI: logins by Kerberos tickets, with the JDK's own classes, and the names that principals
 * have here.
 *
 * <p>What comes near tickets may wait (for a Kerberos server, for a name server, for a file) and
 * runs on threads of its own, never on an event loop.
 */
@NullMarked
package org.odradek.broker.authentication.gssapi;

import org.jspecify.annotations.NullMarked;
