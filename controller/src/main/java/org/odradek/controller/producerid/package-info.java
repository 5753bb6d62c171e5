/**
 * Producer ids for idempotent producers, taken from ZooKeeper a block at a time.
 *
 * <p>Any thread may come in; futures complete on the ZooKeeper client's event thread.
 */
@NullMarked
package org.odradek.controller.producerid;

import org.jspecify.annotations.NullMarked;
