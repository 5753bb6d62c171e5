/**
 * Puts the broker together: what is started, in which order, with which threads, and how it stops.
 *
 * <p>Only the main thread and the shutdown hook come in here.
 */
@NullMarked
package org.odradek.broker.main;

import org.jspecify.annotations.NullMarked;
