@NullMarked
package org.odradek.broker.quota;

import org.jspecify.annotations.NullMarked;
