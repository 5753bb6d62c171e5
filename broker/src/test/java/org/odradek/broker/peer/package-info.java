/** Tests of the connections to other brokers, against sockets that misbehave. */
@NullMarked
package org.odradek.broker.peer;

import org.jspecify.annotations.NullMarked;
