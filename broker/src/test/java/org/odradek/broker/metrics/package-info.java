@NullMarked
package org.odradek.broker.metrics;

import org.jspecify.annotations.NullMarked;
