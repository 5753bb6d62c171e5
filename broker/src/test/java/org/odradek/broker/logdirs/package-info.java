@NullMarked
package org.odradek.broker.logdirs;

import org.jspecify.annotations.NullMarked;
