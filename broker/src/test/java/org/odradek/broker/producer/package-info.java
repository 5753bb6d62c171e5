/** Tests of producer ids. */
@NullMarked
package org.odradek.broker.producer;

import org.jspecify.annotations.NullMarked;
