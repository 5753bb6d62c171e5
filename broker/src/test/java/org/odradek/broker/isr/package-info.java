@NullMarked
package org.odradek.broker.isr;

import org.jspecify.annotations.NullMarked;
