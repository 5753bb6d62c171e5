/**
 * The APIs that make, extend and delete topics. They are served by the controller's broker only,
 * write to ZooKeeper as the old tools do, and answer when this broker's metadata shows the result.
 *
 * <p>Handlers run on event loops and never wait there.
 */
@NullMarked
package org.odradek.broker.topic;

import org.jspecify.annotations.NullMarked;
