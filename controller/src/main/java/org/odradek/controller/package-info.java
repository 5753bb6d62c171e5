/**
 * The controller of the cluster: elected by {@code /controller}, it decides leaders and in-sync
 * replicas, and tells the brokers.
 *
 * <p>All of its state belongs to one serial executor handed in; what other threads may call says
 * so. It starts no threads, reads no system clock and does no I/O but through what is handed in, so
 * that a simulation can drive it.
 */
@NullMarked
package org.odradek.controller;

import org.jspecify.annotations.NullMarked;
