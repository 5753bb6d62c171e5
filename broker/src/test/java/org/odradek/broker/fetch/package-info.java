/** Tests of fetching, with logs in a temporary directory and a manual clock. */
@NullMarked
package org.odradek.broker.fetch;

import org.jspecify.annotations.NullMarked;
