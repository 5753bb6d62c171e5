/** Snapshots made from control requests, and what handlers tell of them. */
@NullMarked
package org.odradek.broker.metadata;

import org.jspecify.annotations.NullMarked;
