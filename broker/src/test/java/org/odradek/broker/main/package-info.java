/** A whole broker within the test's process. */
@NullMarked
package org.odradek.broker.main;

import org.jspecify.annotations.NullMarked;
