/**
 * The settings kept in ZooKeeper for topics, brokers, users, clients and addresses: reading and
 * writing them, and hearing of changes that anyone (also a command line tool) makes.
 *
 * <p>Any thread may come in; futures complete and callbacks arrive on the ZooKeeper client's event
 * thread, one at a time.
 */
@NullMarked
package org.odradek.controller.config;

import org.jspecify.annotations.NullMarked;
