/**
 * One handler per API key, and what decides which handler a request reaches.
 *
 * <p>Handlers are called on the event loop of the request's connection unless they ask for a worker
 * (see {@link org.odradek.broker.api.ApiHandler#execution()}); responses may be completed from any
 * thread.
 */
@NullMarked
package org.odradek.broker.api;

import org.jspecify.annotations.NullMarked;
