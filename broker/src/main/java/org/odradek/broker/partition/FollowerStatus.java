package org.odradek.broker.partition;

/**
 * What a leader knows of one follower.
 *
 * @param inSync whether it is in the ISR that was agreed
 * @param logStartOffset -1 before it has fetched
 * @param logEndOffset it has all below; -1 before it has fetched
 * @param lastCaughtUpMs by the clock that followers are held to
 */
public record FollowerStatus(
    int brokerId, boolean inSync, long logStartOffset, long logEndOffset, long lastCaughtUpMs) {}
