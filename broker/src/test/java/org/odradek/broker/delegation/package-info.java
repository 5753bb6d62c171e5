@NullMarked
package org.odradek.broker.delegation;

import org.jspecify.annotations.NullMarked;
