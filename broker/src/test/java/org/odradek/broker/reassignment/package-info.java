@NullMarked
package org.odradek.broker.reassignment;

import org.jspecify.annotations.NullMarked;
