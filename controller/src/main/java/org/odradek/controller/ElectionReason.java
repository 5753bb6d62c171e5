package org.odradek.controller;

/** Why a partition that had a leader gets another one; decides by which rule. */
enum ElectionReason {
  /** The leader is gone. */
  OFFLINE,
  /** Leadership goes back to the first replica. */
  PREFERRED,
  /** The leader's broker is about to stop. */
  CONTROLLED_SHUTDOWN
}
