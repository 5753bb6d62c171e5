/** Tests of what brokers ask of the controller. */
@NullMarked
package org.odradek.broker.control;

import org.jspecify.annotations.NullMarked;
