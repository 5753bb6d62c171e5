/** Drives real connections of a network server on the loopback interface. */
@NullMarked
package org.odradek.broker.network;

import org.jspecify.annotations.NullMarked;
