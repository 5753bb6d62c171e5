package org.odradek.controller;

/** Why a partition that had a leader gets another one; decides by which rule. */
enum ElectionReason {
  /** The leader is gone. */
  OFFLINE,
  /** Somebody asked for a leader even if it is not in sync. */
  UNCLEAN,
  /** Somebody else wrote or removed the state: the leader stays if it can. */
  REPAIR,
  /** Leadership goes back to the first replica. */
  PREFERRED,
  /** The leader's broker is about to stop. */
  CONTROLLED_SHUTDOWN
}
