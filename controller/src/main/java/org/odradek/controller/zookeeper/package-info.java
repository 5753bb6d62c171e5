/**
 * ZooKeeper itself: the session of this process over the raw asynchronous client, and the embedded
 * server that is started when no ensemble is configured.
 *
 * <p>Any thread may call a session; futures complete and events arrive on the ZooKeeper client's
 * event thread, which must not be blocked: owners hand over to a thread of their own.
 */
@NullMarked
package org.odradek.controller.zookeeper;

import org.jspecify.annotations.NullMarked;
