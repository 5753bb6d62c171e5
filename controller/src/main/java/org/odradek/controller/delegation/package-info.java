/**
 * Delegation tokens in ZooKeeper (KIP-48): reading and writing them, and hearing of those that any
 * broker makes, renews or removes.
 *
 * <p>Any thread may come in; futures complete and callbacks arrive on the ZooKeeper client's event
 * thread, one at a time.
 */
@NullMarked
package org.odradek.controller.delegation;

import org.jspecify.annotations.NullMarked;
