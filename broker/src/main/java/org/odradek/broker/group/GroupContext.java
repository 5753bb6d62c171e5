package org.odradek.broker.group;

import java.time.InstantSource;

/** What the rules of a shard work with; all of it belongs to the shard's owner. */
record GroupContext(GroupConfig config, InstantSource clock, OwnerTimer timer, GroupWriter writer) {

  /** Wall-clock milliseconds. */
  long wallMs() {
    return clock.millis();
  }
}
