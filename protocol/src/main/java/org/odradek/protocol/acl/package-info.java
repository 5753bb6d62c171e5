/**
 * What access control lists are made of, with the numbers of the wire and the names of the znodes.
 * Immutable values; any thread may use them.
 */
@NullMarked
package org.odradek.protocol.acl;

import org.jspecify.annotations.NullMarked;
