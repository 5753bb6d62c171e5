@NullMarked
package org.odradek.broker.tls;

import org.jspecify.annotations.NullMarked;
