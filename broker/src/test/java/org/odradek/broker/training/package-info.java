/**
 * The client that trains the AOT cache: the build lets it work with a broker that is started for
 * it, and what was compiled there, with its profiles, goes into the cache. See {@code
 * bin/internal/aot-training.sh}. Not shipped. Everything runs on the main thread of a process of
 * its own, or on that of a test.
 */
@NullMarked
package org.odradek.broker.training;

import org.jspecify.annotations.NullMarked;
