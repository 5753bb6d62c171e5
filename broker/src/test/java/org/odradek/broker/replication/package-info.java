@NullMarked
package org.odradek.broker.replication;

import org.jspecify.annotations.NullMarked;
