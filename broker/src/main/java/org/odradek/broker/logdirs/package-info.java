/**
 * Moving replicas from one log directory of this broker to another (KIP-113). Requests come in on
 * workers, the copying is done in small steps on background threads.
 */
@NullMarked
package org.odradek.broker.logdirs;

import org.jspecify.annotations.NullMarked;
